"""Whether a request is written in a language that the planner does not know (it knows English and Chinese)."""

import re

from bot.engine.agent.wordlist import wordlist

_OTHER_SCRIPT = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]"
)
"""Greek, Cyrillic, Hebrew, Arabic, the scripts of India and Thailand, kana, Hangul."""
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
_ELSEWHERE = frozenset(
    wordlist(
        # Spanish, Portuguese
        "el los las una unas del que para por pero como este esta esto añade añadir agrega pon poner quita "
        "quitar corta cortar corte cortes recorta elimina eliminar haz hazlo primeros primeras últimos segundos "
        "minutos subtítulos subtitulos música silencios velocidad también más formato vídeo não uma dos das "
        "primeiros legendas remova remove-a coloque adicione faça acelera acelerar exporta exportar mitad entre "
        # French
        "le les une du et dans avec mais sur ce cette ces au aux coupe couper coupez enlève enlever "
        "enlevez ajoute ajouter ajoutez mets mettez supprime supprimer premières premiers dernières derniers secondes "
        "titres sous-titres musique vitesse accélère ralentis silencieux moitié fais rends "
        # German
        "der das dem ein eine einen einem und ist nicht mit ohne für fuer auf aus bei bitte schneide schneid "
        "schneiden entferne entfernen füge hinzu mache ersten letzten sekunden minuten untertitel musik stille "
        "pausen schneller langsamer lauter leiser querformat hochformat vertikal zum zur vom weg alle "
        # Italian, Dutch, Polish, Turkish, Indonesian, Vietnamese
        "il gli della delle taglia tagliare aggiungi togli rimuovi primi ultimi secondi minuti sottotitoli musica "
        "velocità verticale orizzontale metti het een niet voor knip verwijder eerste laatste seconden "
        "ondertitels muziek oraz usuń dodaj pierwsze sekund napisy muzykę videoyu kes ekle saniye altyazı müzik "
        "potong hapus tambahkan detik pertama cắt thêm giây đầu phụ đề"
    )
)
_HERE = frozenset(
    wordlist(
        "the a an to of in on at it is this that and or with for from first last second seconds clip clips make add "
        "cut trim remove delete keep put my me please video speed up down export mute music title text all then"
    )
)


def unknown(masked: str) -> bool:
    """Whether text (its quotes and names behind marks) is mostly in another language."""
    letters = len(_LETTER.findall(re.sub(r"<[A-Z]\d+>", " ", masked, flags=re.ASCII)))
    if letters and len(_OTHER_SCRIPT.findall(masked)) >= 0.3 * letters:
        return True
    found: list[str] = [word.casefold() for word in _WORD.findall(masked)]
    there = sum(word in _ELSEWHERE for word in found)
    here = sum(word in _HERE or "\u2e80" < word[0] < "\u9fff" for word in found)
    return there > here
