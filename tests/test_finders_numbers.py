"""The built-in finders of numbers: cards, accounts, phones, social security numbers, addresses."""

from __future__ import annotations

import pytest

from tests.finding import find, texts

CARDS = {
    "4111111111111111": "visa",
    "4111 1111 1111 1111": "visa",
    "4111-1111-1111-1111": "visa",
    "4111.1111.1111.1111": "visa",
    "4222222222222": "visa",
    "5500 0000 0000 0004": "mastercard",
    "2221000000000009": "mastercard",
    "340000000000009": "amex",
    "3400 000000 00009": "amex",
    "30000000000004": "diners",
    "6011000000000004": "discover",
    "3530111333300000": "jcb",
    "6304000000000000": "maestro",
    "6200000000000005": "unionpay",
    "2200000000000004": "mir",
    "４１１１１１１１１１１１１１１１": "visa",
    "٤١١١١١١١١١١١١١١١": "visa",
    "4111\u00a01111\u00a01111\u00a01111": "visa",
    "4111–1111–1111–1111": "visa",
}


@pytest.mark.parametrize(("card", "brand"), CARDS.items())
@pytest.mark.parametrize(
    "around", ["{}", "it is {}, thanks", "card:{}.", "卡号{}谢谢", "({})", "pay €20 now {} ok", "{} 12/25", "on 5.5. {}"]
)
def test_card(card: str, brand: str, around: str) -> None:
    text = around.format(card)
    [match] = find("card_number", text)
    assert match.text == card
    assert match.field("brand") == brand
    assert texts("phone", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "tracking 4111 1111 1111 1112",  # the check digit
        "41111111111111111111",  # too long
        "4111 1111 1111 1111 1111",  # a window of a longer number
        "1111 4111 1111 1111 1111",
        "94111111111111111",
        "a4111111111111111",
        "4111111111111111x",
        "_4111111111111111",
        "1234567812345670",  # no network's range
        "0000000000000000",
        "4111 1111 1111",
        "4111  1111  1111  1111",
        "4111\n1111\n1111\n1111",
        "550e8400-e29b-41d4-a716-446655440000",
        "1" * 400,
        "",
    ],
)
def test_no_card(text: str) -> None:
    assert texts("card_number", text) == []


def test_card_beside_other_numbers() -> None:
    assert texts("card_number", "4111111111111111 123") == ["4111111111111111"]
    assert texts("card_number", "5 4111-1111-1111-1111") == ["4111-1111-1111-1111"]
    assert texts("card_number", "costs 4.50 4111 1111 1111 1111") == ["4111 1111 1111 1111"]
    assert texts("card_number", "4111111111111111,5500000000000004") == ["4111111111111111", "5500000000000004"]


IBANS = (
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "de89 3704 0044 0532 0130 00",
    "DE89-3704-0044-0532-0130-00",
    "GB82WEST12345698765432",
    "gb82 west 1234 5698 7654 32",
    "NO93 8601 1117 947",
    "FR14 2004 1010 0505 0001 3M02 606",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "CH93 0076 2011 6238 5295 7",
)


@pytest.mark.parametrize("iban", IBANS)
@pytest.mark.parametrize("around", ["{}", "IBAN: {}.", "to {} please", "账号{}吧", "{}\nthanks", "{}, {}"])
def test_iban(iban: str, around: str) -> None:
    text = around.format(iban, iban)
    assert texts("iban", text) == [iban] * text.count(iban)
    assert find("iban", text)[0].field("country") == iban[:2].upper()
    assert texts("phone", text) == []
    assert texts("card_number", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "DE88370400440532013000",  # the check digits
        "DE8937040044053201300",
        "DE893704004405320130001",
        "XX89370400440532013000",  # no such country
        "US89370400440532013000",  # a country without IBANs
        "XDE89370400440532013000",
        "DE89  3704 0044 0532 0130 00",
        "DE89 3704 0044 0532 0130",
        "DE89",
        "GB82 WEST",
    ],
)
def test_no_iban(text: str) -> None:
    assert texts("iban", text) == []


@pytest.mark.parametrize("ssn", ["123-45-6789", "123 45 6789", "899-99-9999", "１２３-４５-６７８９"])
def test_ssn(ssn: str) -> None:
    for text in (ssn, f"my ssn is {ssn}.", f"({ssn})", f"社保{ssn}"):
        assert texts("ssn", text) == [ssn]
        assert texts("phone", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "078-05-1120",
        "123456789",
        "123-45 6789",
        "1123-45-6789",
        "123-45-67890",
        "1-123-45-6789",
        "123-45-6789-0",
        "x123-45-6789",
        "2123 45 6789",
        "123.45.6789",
    ],
)
def test_no_ssn(text: str) -> None:
    assert texts("ssn", text) == []


PHONES = (
    "+49 30 901820",
    "+4930901820",
    "+49 (0)30 901820",
    "+44 20 7946 0958",
    "+44 7911 123456",
    "0044 20 7946 0958",
    "+1 415 555 2671",
    "+1-415-555-2671",
    "+1 (415) 555-2671",
    "+33 1 42 68 53 00",
    "+91 98765 43210",
    "+86 138 0013 8000",
    "415-555-2671",
    "415.555.2671",
    "123-456-7890",
    "555-123-4567",
    "070-1234567",
    "030/901820",
    "(415) 555-2671",
    "(415)555-2671",
    "1-800-555-0199",
    "1 (800) 555-0199",
    "001-415-555-2671",
    "415-555-2671 x123",
    "+1-415-555-2671 ext. 12",
    "01 42 68 53 00",
    "01.42.68.53.00",
    "0490 75 40 81",
    "(08) 8747 6301",
    "07700 063 966",
    "＋49 30 901820",
)


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("around", ["{}", "call {} now", "({})", "tel:{}", "me: {}.", "a\n{}\nb", "电话{}吧", "{}, {}", "{} / ok?"])
def test_phone(phone: str, around: str) -> None:
    text = around.format(phone, phone)
    assert texts("phone", text) == [phone] * text.count(phone)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("call me at 5551234", "5551234"),
        ("my number is 555 1234", "555 1234"),
        ("Phone: 9498777106", "9498777106"),
        ("Mobile: 737 219 628", "737 219 628"),
        ("Fax:\n467 3395", "467 3395"),
        ("781 1704 office", "781 1704"),
        ("text me on 07911123456 tonight", "07911123456"),
        ("+1 415 555 2671 12 people", "+1 415 555 2671"),
    ],
)
def test_phone_by_its_context(text: str, phone: str) -> None:
    assert texts("phone", text) == [phone]


@pytest.mark.parametrize(
    "text",
    [
        "order 1234567890 shipped",
        "order number 0490 75 40 81",
        "12 500 000 Euro for 100 000 000 people",
        "reach 1000000 views, messages to 1000000 people",
        "2023-01-05 12:30:22",
        "12.01.2023",
        "01/02/2023 and 12-12-2012",
        "born 05 12 1987",
        "+500 000 000 gold",
        "+1 000 000 0000",
        "+1234567",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "555-123-4567-8901",
        "12-415-555-2671",
        "ORD-00912345",
        "ORD-415-555-2671",
        "550e8400-e29b-41d4-a716-446655440000",
        "$4155552671",
        "3.14159265358979",
        "0.123456789",
        "192.168.100.200",
        "https://example.com/415-555-2671",
        "example.com/?n=+4930901820",
        "call 7 times 300",
        "1234567",
        "9498777106",
        "3369 24 Clarke Ave",
        "12345-6789",
        "60% of 123 456 789",
        "",
    ],
)
def test_no_phone(text: str) -> None:
    assert texts("phone", text) == []


@pytest.mark.parametrize(
    ("address", "version"),
    [
        ("192.168.0.1", 4),
        ("8.8.8.8", 4),
        ("255.255.255.255", 4),
        ("::1", 6),
        ("2001:db8::1", 6),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", 6),
        ("::ffff:1.2.3.4", 6),
        ("fe80::1", 6),
        ("6E40:4041:C617:E898:C11:40D2:C669:2EB4", 6),
    ],
)
def test_ip_address(address: str, version: int) -> None:
    for text in (address, f"from {address}.", f"({address})", f"{address}, ok", f"ping {address}\n", f"服务器{address}吧"):
        [match] = find("ip_address", text)
        assert match.text == address
        assert match.field("version") == version


def test_what_stands_around_an_address() -> None:
    assert texts("ip_address", "10.0.0.1:8080 and 10.0.0.0/8") == ["10.0.0.1", "10.0.0.0"]
    assert texts("ip_address", "http://10.1.2.3/x http://[::1]:80/") == ["10.1.2.3", "::1"]
    assert texts("ip_address", "root@10.0.0.1") == ["10.0.0.1"]
    assert texts("ip_address", "fe80::1%eth0") == ["fe80::1"]


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3.4",
        "Version: 1.2.3.4",
        "v1.2.3.4",
        "v 1.2.3.4",
        "build 10.0.1.2",
        "upgrade to 4.3.2.1",
        "1.2.3.4-beta",
        "1.2.3.4.5",
        "Chrome/92.0.1.107",
        "pip==1.2.3.4",
        "linux-5.4.0.12",
        "section 4.3.2.1",
        "256.1.1.1",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3",
        "12:34:56",
        "00:1a:2b:3c:4d:5e",
        "std::vector",
        "a::b",
        "::",
        "1:2:3",
        "2001:db8:::1",
    ],
)
def test_no_ip_address(text: str) -> None:
    assert texts("ip_address", text) == []
