"""Prints how long each program named takes from start to first answer, on an empty folder and on the next start."""

import http.client
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_SECONDS = 60


def seconds(program: str, folder: str) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    begin = time.perf_counter()
    command = [program, "serve", "--data-dir", folder, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            if server.poll() is not None or time.perf_counter() - begin > PATIENCE_SECONDS:
                raise SystemExit(f"{program} serve does not answer")
            time.sleep(0.005)
        return time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


for name in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as scratch:
        first, following = (seconds(name, f"{scratch}/data") for _ in range(2))
        print(f"{name}: first answer after {first:.2f} s, at the next start {following:.2f} s", flush=True)
