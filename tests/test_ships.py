"""What ships to Lambda stands alone: a zip of `language` and `runtime`, without compiler and tools, decides a message."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import rulelang
from rulelang.compiler.pipeline import check, compile_policy
from rulelang.language import bundle

PACKAGE = Path(rulelang.__file__).parent
EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
EVENTS = Path(__file__).parent / "events"

PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
import rulelang
assert rulelang.__file__.startswith(sys.argv[1]), rulelang.__file__
from rulelang.language import bundle
from rulelang.runtime import chime
from rulelang.runtime.decide import decide
from rulelang.runtime.program import load
from rulelang.runtime.state import open_store

program = load(bundle.read(open(sys.argv[2], "rb").read()))
event = json.load(open(sys.argv[3]))["event"]
event["ChannelMessage"]["Content"] = "well, sh!t happens"
message = chime.read(event, program.settings, datetime.now(UTC))
decision = decide(program, message, open_store("memory:"))
print(json.dumps(chime.callback_arguments(message, decision)))
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"lark", "pydantic", "click", "rich", "boto3", "msgspec"}, loaded
assert not [name for name in sys.modules if name.startswith(("rulelang.compiler", "rulelang.tools"))]
"""


def test_a_zip_of_what_ships_decides_a_message(tmp_path: Path) -> None:
    archive = tmp_path / "ships.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(PACKAGE / "__init__.py", "rulelang/__init__.py")
        for part in ("language", "runtime"):
            for file in sorted((PACKAGE / part).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    target.write(file, f"rulelang/{file.relative_to(PACKAGE)}")
    compiled = tmp_path / "policy.json"
    compiled.write_text(bundle.write(compile_policy(check(EXAMPLES / "community.rules"))), encoding="utf-8")
    event = EVENTS / "processor_event.create.measured-fields.json"
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(archive), str(compiled), str(event)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    callback = json.loads(done.stdout)
    assert callback["ChannelMessage"]["Content"] == "well, **** happens"
    assert callback["DeleteResource"] is False
