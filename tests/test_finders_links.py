"""The built-in finders of links, email addresses, mentions, hashtags, and emoji."""

from __future__ import annotations

import pytest

from rulelang.language.finders.hosts import canonical
from rulelang.language.values import MISSING
from tests.finding import find, texts

URLS = {
    "http://evil.test/x": "evil.test",
    "https://blog.example.com/x": "blog.example.com",
    "HTTPS://Example.COM:8080/Path?q=1#f": "example.com",
    "https://user:pw@evil.com/": "evil.com",
    "https://good.com@evil.com/": "evil.com",
    "http://localhost:3000": "localhost",
    "http://192.168.0.1/admin": "192.168.0.1",
    "http://[2001:DB8::1]:80/": "2001:db8::1",
    "ftp://files.example.org/a": "files.example.org",
    "steam://run/440": "run",
    "http://xn--bcher-kva.example/": "xn--bcher-kva.example",
    "http://BÜCHER.example/": "xn--bcher-kva.example",
    "https://straße.de/": "xn--strae-oqa.de",
    "http://пример.рф/путь": "xn--e1afmkfd.xn--p1ai",
    "http://x.com/a_(b)": "x.com",
    "http://ｅｖｉｌ．com/": "evil.com",
    "www.example.com": "www.example.com",
    "WWW.evil.test/x": "www.evil.test",
    "example.com": "example.com",
    "t.me/xyz": "t.me",
    "bit.ly/abc": "bit.ly",
    "discord.gg/abc-def": "discord.gg",
    "youtu.be/xyz?t=1": "youtu.be",
    "twitch.tv": "twitch.tv",
    "google.de": "google.de",
    "sub.domain.co.uk:8080/path": "sub.domain.co.uk",
    "EXAMPLE.COM": "example.com",
    "Example.Com": "example.com",
    "github.io": "github.io",
    "пример.рф": "xn--e1afmkfd.xn--p1ai",
    "setup.py/x": "setup.py",
    "a-b.example.net": "a-b.example.net",
    "163.com": "163.com",
}


@pytest.mark.parametrize(("url", "host"), URLS.items())
@pytest.mark.parametrize(
    "around", ["{}", "see {}, ok", "({})", "<{}>", '"{}"', "see {}.", "{}!", "**{}**", "a\n{}\nb", "[x]({})", "{} {}"]
)
def test_url(url: str, host: str, around: str) -> None:
    text = around.format(url, url)
    matches = find("url", text)
    assert [match.text for match in matches] == [url] * text.count(url)
    assert {match.field("host") for match in matches} == {host}
    assert texts("email", text) == []
    assert texts("mention", text) == []
    assert texts("hashtag", text) == []
    assert texts("phone", text) == []


def test_url_fields() -> None:
    [match] = find("url", "see HTTPS://Example.com:80/A/b.html?x=/y#z")
    assert match.field("scheme") == "https"
    assert match.field("path") == "/A/b.html"
    assert match.field("start") == 4
    [match] = find("url", "see example.com?x=1")
    assert match.field("scheme") is MISSING
    assert match.field("path") == ""
    assert match.text == "example.com?x=1"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("请看example.com吧", "example.com"),
        ("example.com에서", "example.com"),
        ("看http://example.com,好", "http://example.com"),
        ("clickherehttp://x.com", "http://x.com"),
        ("http://x.com/a).", "http://x.com/a"),
        ("it's http://x.com's", "http://x.com"),
        ("...example.com", "example.com"),
        ("「http://x.com/a」", "http://x.com/a"),
        ("||http://x.com||", "http://x.com"),
        ("http://x.com\\@evil.com", "http://x.com"),
        ("//evil.com/x", "evil.com/x"),
        ("http:/evil.com", "evil.com"),
    ],
)
def test_url_among_other_text(text: str, url: str) -> None:
    assert texts("url", text)[:1] == [url]


@pytest.mark.parametrize(
    "text",
    [
        "file.txt",
        "report.pdf and photo.jpeg",
        "setup.py, README.md, main.rs, run.sh, data.zip",
        "node.js",
        "e.g. this, i.e. that, a.m. p.m. etc.",
        "U.S.A",
        "Ph.D",
        "3.14 and v1.2 and 1.000.000",
        "hello.How are you",
        "I like it.It is good",
        "i like it.it is good",
        "ok.so what",
        "me.too",
        "10.am",
        "version 2.0.to try",
        "wait...what",
        "end.Then",
        "http://",
        "https://...",
        "://x",
        "www.",
        "www.com",
        "co.uk",
        "a.xyzzy",
        "foo.bar.baz",
        "-.com",
        "my_host.com",
        "ann@example.org",
        "ann.smith@example.org",
        "@ann.me",
        "@ann@example.social",
        "192.168.0.1",
        "",
    ],
)
def test_no_url(text: str) -> None:
    assert texts("url", text) == []


def test_hosts_are_compared_in_one_form() -> None:
    assert canonical("Example.COM.") == "example.com"
    assert canonical("*.BÜCHER.example") == "*.xn--bcher-kva.example"
    assert canonical("аpple.com") != "apple.com"
    assert canonical("") == ""
    assert canonical("\ud800.com") == canonical("\ud800.com")
    assert canonical("漢" * 300) == "漢" * 300


EMAILS = {
    "ann@example.org": "example.org",
    "Ann.Smith+News@Mail.Example.co.uk": "mail.example.co.uk",
    "o'brien@x.com": "x.com",
    "a_b-c%d@x-y.io": "x-y.io",
    "1234567890@qq.com": "qq.com",
    "ann@evil.test": "evil.test",
    "jürgen@exämple.de": "xn--exmple-cua.de",
    "ａｎｎ＠example．org": "example.org",
    "почта@пример.рф": "xn--e1afmkfd.xn--p1ai",
}


@pytest.mark.parametrize(("email", "domain"), EMAILS.items())
@pytest.mark.parametrize(
    "around", ["{}", "to {}, ok", "<{}>", "mailto:{}", "({}).", "'{}'", "{}!", "me:{}", "{}\nbye", "{};{}", "email={}"]
)
def test_email(email: str, domain: str, around: str) -> None:
    text = around.format(email, email)
    matches = find("email", text)
    assert [match.text for match in matches] == [email] * text.count(email)
    assert {match.field("domain") for match in matches} == {domain}
    assert texts("url", text) == []
    assert texts("mention", text) == []
    assert texts("phone", text) == []


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("ann@example.com.Please call", "ann@example.com"),
        ("ann@example.com.Is it right", "ann@example.com"),
        ("..ann@x.com", "ann@x.com"),
        ("邮箱ann@x.com吧", "ann@x.com"),
        ("https://x.com/?to=ann@example.org", "ann@example.org"),
    ],
)
def test_email_among_other_text(text: str, email: str) -> None:
    assert texts("email", text) == [email]


@pytest.mark.parametrize(
    "text",
    [
        "ann@localhost",
        "a@b",
        "@ann",
        "ann @example.com",
        "ann@",
        "@",
        "ann@example..com",
        "ann.@example.com",
        "x@1.2.3.4",
        "https://ann@example.com/",
        "@ann@example.social",
        f"{'a' * 65}@example.com",
        "ann@-x.com",
        "meet me @ 5.30",
    ],
)
def test_no_email(text: str) -> None:
    assert texts("email", text) == []


@pytest.mark.parametrize(
    "mention", ["@ann", "@ann.smith", "@Ann_7", "@here", "@Müller", "@अनिल", "@李雷", "@ann@example.social", "＠ann", "@a-b"]
)
def test_mention(mention: str) -> None:
    for text in (mention, f"hi {mention}, ok", f"({mention})", f"{mention}:", f"你好{mention}", f"{mention}.", f"{mention}\n"):
        assert texts("mention", text) == [mention]
        assert find("mention", text)[0].field("name") == mention[1:]


@pytest.mark.parametrize(
    "text", ["hi@there", "ann@example.org", "@123", "@", "@ ann", "@@", "https://medium.com/@ann/x", "medium.com/@ann", "@!"]
)
def test_no_mention(text: str) -> None:
    assert texts("mention", text) == []


@pytest.mark.parametrize("hashtag", ["#tag", "#Über", "#a_b", "#日本語", "#1st", "#2026goals", "＃tag", "#हिन्दी"])
def test_hashtag(hashtag: str) -> None:
    for text in (hashtag, f"so {hashtag}, ok", f"({hashtag})", f"{hashtag}!", f"#{hashtag}", f"{hashtag}-ish", f"好{hashtag}"):
        assert texts("hashtag", text) == [hashtag]
        assert find("hashtag", text)[0].field("name") == hashtag[1:]


@pytest.mark.parametrize(
    "text", ["#15", "C#", "C#sharp", "&#39;", "&#x27;", "#", "# tag", "#!", "https://x.com/#top", "x.com/#top", "#️⃣", "a/#b"]
)
def test_no_hashtag(text: str) -> None:
    assert texts("hashtag", text) == []


EMOJI = ("😀", "❤️", "❤", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "1️⃣", "#️⃣", "*⃣", "©️", "☺", "⌚", "🧑🏽‍🚀", "✌🏽", "🫠")


@pytest.mark.parametrize("emoji", EMOJI)
def test_emoji(emoji: str) -> None:
    for text in (emoji, f"a{emoji}b", f"好 {emoji}!", f"{emoji}\n"):
        assert texts("emoji", text) == [emoji]


def test_each_emoji_is_a_match() -> None:
    assert texts("emoji", "".join(EMOJI)) == list(EMOJI)
    assert texts("emoji", "🇩🇪🇫🇷") == ["🇩🇪", "🇫🇷"]


@pytest.mark.parametrize("text", ["0123456789", "#*", "©®™", "☺︎", "★→↔", "🇩", "é", "中文", ":-)", "", "1\ufe0f", "½²"])
def test_no_emoji(text: str) -> None:
    assert texts("emoji", text) == []
