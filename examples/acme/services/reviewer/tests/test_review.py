from unittest.mock import MagicMock

import pytest

from reviewer import review as module


@pytest.fixture
def client(monkeypatch):
    fake = MagicMock()
    fake.messages.create.return_value = MagicMock(content=[], model="claude-3-opus-20240229")
    monkeypatch.setattr(module, "client", fake)
    return fake


def test_empty_answer_gives_no_findings(client):
    assert module.review("diff", "guidelines") == []
    assert client.messages.create.call_args.kwargs["model"] == "claude-fable-5"
