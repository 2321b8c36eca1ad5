"""Secrets inside records: encrypted with a key made from the installation's own."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from bot.store.errors import SealedError


class Seal:
    """Closes a secret so that it may be kept, and opens it again."""

    def __init__(self, secret_key: SecretStr) -> None:
        digest = hashlib.sha256(b"threadcut account tokens\0" + secret_key.get_secret_value().encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest))

    def close(self, secret: SecretStr | None) -> str | None:
        """What is kept instead; None for None."""
        return None if secret is None else self._box.encrypt(secret.get_secret_value().encode()).decode()

    def open(self, sealed: SecretStr) -> SecretStr:
        """The secret. Raises SealedError when SECRET_KEY changed."""
        try:
            return SecretStr(self._box.decrypt(sealed.get_secret_value()).decode())
        except InvalidToken as error:
            raise SealedError(
                "SECRET_KEY: an account's token was encrypted with another key; set the earlier key again"
            ) from error
