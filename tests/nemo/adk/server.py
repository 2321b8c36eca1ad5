"""ADK's own API server with the agent of this folder, in a process of its own, which needs nothing but google-adk.

python -m tests.nemo.adk.server

Says on one line of JSON where it listens. It ends with its standard input, so that it never outlives its parent.
"""

import json
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from google.adk.cli.fast_api import get_fast_api_app

HOST = "127.0.0.1"


def main() -> None:
    """Serve until told to stop."""
    app = get_fast_api_app(
        agents_dir=str(Path(__file__).parent),
        session_service_uri="memory://",
        artifact_service_uri="memory://",
        use_local_storage=False,
        web=False,
        bind_host=HOST,
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))

    def end_with_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_parent, daemon=True).start()
    with socket.create_server((HOST, 0)) as listening:
        print(json.dumps({"listening": f"http://{HOST}:{listening.getsockname()[1]}"}), flush=True)
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
