"""The Lambda entry, with a real boto3 client against a server on loopback."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError

from rulelang.language import bundle
from tests import engine
from tests.callback_model import problems
from tests.composing import CHANNEL, event

POLICY = """
words bad = ["bad"]
rule masks { mask bad add "language" to metadata.flags }
rule denies { when content contains "secret" deny "no {content}" }
rule watches { mode: shadow when length(content) > 3 remove bad }
"""


class Service:
    """A stand-in that records callbacks. `answers`: the statuses to give first, 0 for a dropped connection; then 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.requests.append((self.path, body))
                status = service.answers.pop(0) if service.answers else 200
                if status == 0:
                    self.connection.close()
                    return
                answer = json.dumps({"Code": "x", "Message": "x"} if status != 200 else {}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                if status != 200:
                    self.send_header("x-amzn-ErrorType", "ForbiddenException" if status == 403 else "SomeException")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                """Nothing on standard error."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def callbacks(self) -> list[dict[str, Any]]:
        """What was called back, as keyword arguments."""
        return [{**body, "ChannelArn": unquote(path.split("/")[2].split("?")[0])} for path, body in self.requests]


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def loaded(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler as a fresh process has it, with the policy compiled and the client on the stand-in."""
    file = tmp_path / "policy.json"
    file.write_text(bundle.write(bundle.pack(engine.body(POLICY))))
    for name, value in {
        "RULELANG_BUNDLE": str(file),
        "AWS_ENDPOINT_URL": service.url,
        "AWS_ACCESS_KEY_ID": "dummy",
        "AWS_SECRET_ACCESS_KEY": "dummy",
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("RULELANG_FALLBACK", "RULELANG_STATE", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    from rulelang.runtime import handler

    fresh = importlib.reload(handler)
    monkeypatch.setattr(fresh, "FIRST_DELAY", 0.0)
    return fresh


class Invocation:
    """Lambda's context: how long the invocation may still take."""

    def __init__(self, milliseconds: int = 30_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def invoke(loaded: ModuleType, capsys: pytest.CaptureFixture[str], raw: Any, context: Any = None) -> dict[str, Any]:
    """The last line of the log of one invocation."""
    loaded.handler(raw, context or Invocation())
    return log(capsys)


def log(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


class TestAnswers:
    def test_unchanged(self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
        raw = event("fine", Metadata='{ "a": 1.10 }')
        line = invoke(loaded, capsys, raw)
        ((path, _),) = service.requests
        assert path.endswith("?operation=channel-flow-callback")
        (callback,) = service.callbacks
        assert callback == {
            "CallbackId": raw["CallbackId"],
            "ChannelArn": CHANNEL,
            "DeleteResource": False,
            "ChannelMessage": {"MessageId": "m-1", "Content": "fine", "Metadata": '{ "a": 1.10 }'},
        }
        assert (line["outcome"], line["answer"], line["attempts"]) == ("unchanged", "sent", 1)

    def test_update(self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
        line = invoke(loaded, capsys, event("a bad day"))
        assert service.callbacks[0]["ChannelMessage"] == {
            "MessageId": "m-1",
            "Content": "a *** day",
            "Metadata": '{"flags":["language"]}',
        }
        assert (line["outcome"], line["rules"], line["not_applied"]) == ("update", ["masks"], ["watches"])

    def test_deny(self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
        line = invoke(loaded, capsys, event("a secret"))
        (callback,) = service.callbacks
        assert (callback["DeleteResource"], callback["ChannelMessage"]) == (True, {"MessageId": "m-1"})
        assert line["outcome"] == "deny"

    def test_the_log_holds_ids_and_no_text(self, loaded: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
        raw = event("a secret", Metadata='{"m":"metatext"}', PushNotification={"Title": "pushtext"})
        loaded.handler(raw, Invocation())
        (written,) = capsys.readouterr().out.splitlines()
        assert not any(text in written for text in ("secret", "metatext", "pushtext"))
        line = json.loads(written)
        assert line["callback_id"] == raw["CallbackId"]
        assert (line["message_id"], line["channel_arn"]) == ("m-1", CHANNEL)
        assert isinstance(line["micros"], int)

    def test_without_a_context(self, loaded: ModuleType, service: Service) -> None:
        loaded.handler(event(), None)
        assert len(service.requests) == 1


class TestRetries:
    @pytest.mark.parametrize("status", [429, 500, 503, 0])
    def test_what_may_pass_is_tried_again(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str], status: int
    ) -> None:
        service.answers = [status, status]
        line = invoke(loaded, capsys, event("a bad day"))
        assert (line["answer"], line["attempts"], len(service.requests)) == ("sent", 3, 3)
        assert service.callbacks[0] == service.callbacks[2]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
    def test_a_refusal_for_good_is_not(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str], status: int
    ) -> None:
        service.answers = [status]
        line = invoke(loaded, capsys, event())
        assert (line["answer"], line["status"], len(service.requests)) == ("refused", status, 1)
        assert line["level"] == "ERROR"

    def test_what_never_passes_is_raised_for_lambda_to_retry(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]
    ) -> None:
        service.answers = [429] * 100
        with pytest.raises(ClientError):
            loaded.handler(event(), Invocation())
        line = log(capsys)
        assert (line["answer"], line["attempts"], line["status"]) == ("failed", loaded.ATTEMPTS, 429)

    def test_no_attempt_begins_after_the_invocation_s_time(self, loaded: ModuleType, service: Service) -> None:
        service.answers = [503] * 100
        with pytest.raises(ClientError):
            loaded.handler(event(), Invocation(milliseconds=0))
        assert len(service.requests) == 1


class TestOwnFailures:
    @pytest.mark.parametrize("broken", ["", "{", '{"rulelang_bundle": 99}', None])
    @pytest.mark.parametrize(("fallback", "denied"), [(None, False), ("deliver", False), ("deny", True), ("nonsense", False)])
    def test_a_broken_bundle_is_answered_by_the_fallback(
        self,
        loaded: ModuleType,
        service: Service,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        broken: str | None,
        fallback: str | None,
        denied: bool,
    ) -> None:
        file = tmp_path / "policy.json"
        file.unlink()
        if broken is not None:
            file.write_text(broken)
        if fallback is not None:
            monkeypatch.setenv("RULELANG_FALLBACK", fallback)
        line = invoke(loaded, capsys, event("a bad secret", Metadata="{}"))
        (callback,) = service.callbacks
        assert problems(callback) == []
        assert callback["DeleteResource"] is denied
        kept = {} if denied else {"Content": "a bad secret", "Metadata": "{}"}
        assert callback["ChannelMessage"] == {"MessageId": "m-1", **kept}
        assert (line["outcome"], line["level"], line["answer"]) == ("fallback", "ERROR", "sent")
        assert line["failure"]

    def test_a_failing_evaluation(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **more: object) -> None:
            raise RuntimeError("about the text: a bad day")

        monkeypatch.setattr(loaded, "decide", fail)
        line = invoke(loaded, capsys, event("a bad day"))
        assert service.callbacks[0]["ChannelMessage"]["Content"] == "a bad day"
        assert line["failure"].startswith("RuntimeError in ")
        assert "bad day" not in json.dumps(line)

    def test_a_store_that_does_not_open(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RULELANG_STATE", "nowhere:")
        assert invoke(loaded, capsys, event())["outcome"] == "fallback"
        assert len(service.requests) == 1

    def test_an_event_of_another_type_is_answered_by_the_fallback(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]
    ) -> None:
        line = invoke(loaded, capsys, event("a bad day") | {"EventType": "OTHER"})
        assert service.callbacks[0]["ChannelMessage"]["Content"] == "a bad day"
        assert (line["outcome"], line["fallback"]) == ("fallback", "deliver")

    @pytest.mark.parametrize(
        "raw", [None, [], "text", 5, {}, event() | {"CallbackId": "short"}, event() | {"ChannelMessage": None}]
    )
    def test_what_can_t_be_answered_is_dropped(
        self, loaded: ModuleType, service: Service, capsys: pytest.CaptureFixture[str], raw: Any
    ) -> None:
        line = invoke(loaded, capsys, raw)
        assert (line["outcome"], service.requests) == ("dropped", [])
        assert "can't be answered" in line["failure"] or "no ChannelMessage" in line["failure"]


def test_rules_with_state_in_memory_are_warned_about(
    loaded: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counting = 'rule flood { when messages by sender.arn within 10s > 5 deny "slow down" }'
    (tmp_path / "policy.json").write_text(bundle.write(bundle.pack(engine.body(counting))))
    loaded.handler(event(), Invocation())
    warning, line = map(json.loads, capsys.readouterr().out.splitlines())
    assert (warning["level"], line["outcome"]) == ("WARNING", "unchanged")


def test_importing_the_handler_loads_no_more_than_it_needs() -> None:
    """What ships: our language and runtime, boto3 with its own, and nothing that only tools need."""
    # What the interpreter loads by itself (a sitecustomize of the distribution) is not ours.
    code = "import sys; own = set(sys.modules); import rulelang.runtime.handler; print('\\n'.join(set(sys.modules) - own))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert not {module for module in modules if module.startswith(("rulelang.compiler", "rulelang.tools"))}
    ours = {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names)
    boto3 = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "certifi"}
    allowed = {"rulelang", "ahocorasick_rs", "re2", "regex"} | boto3
    assert {name for name in ours if not name.startswith("_")} <= allowed
