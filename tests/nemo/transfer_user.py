"""A process of its own that moves one file and says, on one line of JSON, how many bytes its memory grew by.

python -m tests.nemo.transfer_user up|down URL FILE
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from bot.nemo.client import Nemo, http_session
from bot.nemo.models import RenderStatus
from tests.nemo.conftest import ATTRIBUTION, SESSION, Anonymous


def peak() -> int:
    """The most memory this process has had, in bytes.

    On Linux not by getrusage, which goes on from the parent's peak; elsewhere in a unit that differs by system.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


async def main(direction: str, url: str, path: Path) -> None:
    async with http_session() as http:
        nemo = Nemo(http, url, url, ATTRIBUTION, Anonymous())
        await nemo.credits()
        before = peak()
        if direction == "up":
            await nemo.upload_file(SESSION, path, "long.mp4")
        else:
            await nemo.download(RenderStatus("r1", "completed"), path, 1 << 30)
    print(json.dumps({"grown": peak() - before}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
