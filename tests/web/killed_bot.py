"""A bot in a process of its own, to be killed: it serves an upload link of its user, and says where, as JSON.

python -m tests.web.killed_bot DATA_DIR REDIS_URL UPSTREAM_URL THREAD
"""

import asyncio
import json
import sys
from pathlib import Path

from bot.flows import drops
from tests.conftest import bare_settings
from tests.watch.bench import bench, place
from tests.web.page import served, token_of


async def main(data_dir: Path, redis_url: str, upstream: str, thread: str) -> None:
    async with bench(served(bare_settings(data_dir, redis_url), upstream), web=True, lease_s=0.6) as bot:
        drop = await drops.open_drop(bot.app.context, place(thread))
        print(json.dumps({"url": f"{bot.app.web}/u/{token_of(bot, drop)}", "drop": drop.id}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:5]))
