"""Do the test servers do what the tests count on? Run before the tests, so that a broken server is
not taken for a broken program. Speaks to them as the program will: TLS checked against the private CA.

Reads the PL_* variables; prints nothing when all is well, else the check that failed.
"""

import imaplib
import os
import smtplib
import socket
import ssl
import struct
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

HOST = os.environ["PL_IMAP_HOST"]
PASSWORD = os.environ["PL_PASSWORD"]
TLS = ssl.create_default_context(cafile=os.environ["PL_CA_FILE"])
TLS.verify_flags |= ssl.VERIFY_X509_STRICT
PATIENCE = 5  # seconds for a mail to arrive; it takes a fraction of one
RUN = uuid.uuid4().hex[:8]  # own mailboxes, so that the tests find theirs empty

TRICKY = (
    b"From: Klant <klant@elders.example>\r\n"
    b"Subject: =?utf-8?q?verzoek?= " + RUN.encode() + b"\r\n"
    b"Bcc: stays@elders.example\r\n"
    b"X-Raw: caf\xe9\r\n"
    b"X-Long: " + b"x" * 3000 + b"\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n"
    b"\r\n"
    b".dots ..\r\ncaf\xe9 " + b"y" * 3000 + b"\r\n"
)


def port(name):
    return int(os.environ[f"PL_{name}_PORT"])


def address(name):
    return f"{name}.{RUN}@smoke.test"


def imap(user, name="IMAPS"):
    client = imaplib.IMAP4_SSL(HOST, port(name), ssl_context=TLS, timeout=PATIENCE)
    client.login(user, PASSWORD)
    return client


def wait_for_mail(user, count=1):
    """The bytes of every mail in the user's INBOX, once there are `count`."""
    client = imap(user)
    end = time.monotonic() + PATIENCE
    while True:
        _, (found,) = client.select("INBOX")
        if int(found) >= count:
            break
        assert time.monotonic() < end, f"no mail for {user} within {PATIENCE} s"
        time.sleep(0.02)
    _, parts = client.fetch("1:*", "(BODY.PEEK[])")
    client.logout()
    return [part[1] for part in parts if isinstance(part, tuple)]


def refused(code, action, *arguments):
    """The action fails with this SMTP code."""
    try:
        action(*arguments)
    except smtplib.SMTPResponseException as error:
        got = error.smtp_code
    except smtplib.SMTPRecipientsRefused as error:
        got = min(refusal for refusal, _ in error.recipients.values())
    else:
        raise AssertionError(f"accepted, expected {code}")
    assert got == code, f"refused with {got}, expected {code}"


def arrived_unchanged(mail, original):
    """Only trace headers were put before it."""
    assert mail.endswith(original), f"changed on its way: {mail[:2000]!r}"
    added = mail[: -len(original)].decode()
    names = {line.split(":")[0] for line in added.splitlines() if line and line[0] not in " \t"}
    assert names <= {"Return-Path", "Delivered-To", "Received"}, f"headers added: {names}"
    assert "Return-Path" in names, f"no Return-Path: {names}"


def check_imaps_capabilities():
    client = imap(address("imaps"))
    _, (*_, offered) = client.capability()
    for name in ("MOVE", "IDLE", "UIDPLUS"):
        assert name in offered.decode().split(), f"no {name} in {offered}"
    _, boxes = client.list()
    assert len(boxes) == 1 and b"INBOX" in boxes[0], f"not only an INBOX: {boxes}"
    client.logout()


def check_imap_without_extensions():
    with imaplib.IMAP4_SSL(HOST, port("IMAPS_PLAIN"), ssl_context=TLS, timeout=PATIENCE) as client:
        before = client.capabilities
        client.login(address("imaps"), PASSWORD)
        _, (*_, after) = client.capability()
        for offered in (before, after.decode().split()):
            for name in ("MOVE", "IDLE", "UIDPLUS", "CONDSTORE"):
                assert name not in offered, f"offers {name}: {offered}"


def check_imap_refuses_wrong_password():
    client = imaplib.IMAP4_SSL(HOST, port("IMAPS"), ssl_context=TLS, timeout=PATIENCE)
    try:
        client.login(address("imaps"), "fout")
    except imaplib.IMAP4.error as error:
        assert "AUTHENTICATIONFAILED" in str(error), error
    else:
        raise AssertionError("a wrong password was accepted")
    client.logout()


def check_imap_starttls():
    client = imaplib.IMAP4(os.environ["PL_IMAP_STARTTLS_HOST"], port("IMAP_STARTTLS"), timeout=PATIENCE)
    assert "LOGINDISABLED" in client.capabilities, f"log-in without TLS: {client.capabilities}"
    client.starttls(TLS)
    client.login(address("imaps"), PASSWORD)
    client.logout()
    client = imaplib.IMAP4(HOST, port("IMAP_STARTTLS"), timeout=PATIENCE)
    client.starttls(TLS)
    client.login(address("imaps"), PASSWORD)
    client.logout()


def check_stop_and_start():
    subprocess.run([os.environ["PL_IMAP_STOP"]], check=True)
    try:
        socket.create_connection((HOST, port("IMAPS_SPARE")), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        pass
    else:
        raise AssertionError("still there after PL_IMAP_STOP")
    subprocess.run([os.environ["PL_IMAP_START"]], check=True)
    imap(address("imaps"), "IMAPS_SPARE").logout()


def check_mail_from_the_internet():
    with smtplib.SMTP(HOST, port("SMTP_IN"), timeout=PATIENCE) as smtp:
        smtp.sendmail("iemand@elders.example", [address("in")], TRICKY, ["BODY=8BITMIME"])
        smtp.sendmail("", [address("null")], TRICKY)
        refused(550, smtp.sendmail, "a@elders.example", [address("bounce")], TRICKY)
        refused(451, smtp.sendmail, "a@elders.example", [address("later")], TRICKY)
        refused(554, smtp.sendmail, "a@elders.example", ["a@elders.example"], TRICKY)
    (mail,) = wait_for_mail(address("in"))
    assert b"Return-Path: <iemand@elders.example>" in mail
    arrived_unchanged(mail, TRICKY)
    (mail,) = wait_for_mail(address("null"))
    assert b"Return-Path: <>" in mail


def check_submission():
    user, to = address("sender"), address("receiver")
    with smtplib.SMTP_SSL(HOST, port("SMTPS"), context=TLS, timeout=PATIENCE) as smtp:
        refused(554, smtp.sendmail, user, [to], TRICKY)
    with smtplib.SMTP_SSL(HOST, port("SMTPS"), context=TLS, timeout=PATIENCE) as smtp:
        smtp.user, smtp.password = user, "fout"
        refused(535, smtp.auth, "PLAIN", smtp.auth_plain)
        smtp.login(user, PASSWORD)
        smtp.sendmail(user, [to], TRICKY)
        refused(553, smtp.sendmail, "ander@smoke.test", [to], TRICKY)
        refused(550, smtp.sendmail, user, [address("bounce")], TRICKY)
        smtp.sendmail(user, [address("lost")], TRICKY)
    with smtplib.SMTP(HOST, port("SMTP_STARTTLS"), timeout=PATIENCE) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth"), "log-in offered without TLS"
        smtp.starttls(context=TLS)
        smtp.login(user, PASSWORD)
        smtp.sendmail(user, [to], TRICKY)
    for mail in wait_for_mail(to, 2):
        arrived_unchanged(mail, TRICKY)
    (bounce,) = wait_for_mail(user)
    assert b"multipart/report" in bounce and b"Status: 5.1.1" in bounce, bounce


def check_lmtp():
    with smtplib.LMTP(HOST, port("LMTP")) as lmtp:
        lmtp.sendmail("iemand@elders.example", [address("lmtp")], TRICKY)
    (mail,) = wait_for_mail(address("lmtp"))
    arrived_unchanged(mail, TRICKY)


def check_postgresql():
    """Says hello in PostgreSQL's own protocol: no client library is needed for that."""
    url = urlparse(os.environ["PL_PG_URL"])
    words = ["user", url.username, "database", url.path.lstrip("/"), ""]
    start = struct.pack("!i", 196608) + b"\0".join(word.encode() for word in words) + b"\0"
    query = b"CREATE DATABASE smoke_%s\0" % RUN.encode()
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as connection:
        connection.sendall(struct.pack("!i", len(start) + 4) + start)
        connection.sendall(b"Q" + struct.pack("!i", len(query) + 4) + query)
        answer = b""
        while b"CREATE DATABASE\0" not in answer:
            part = connection.recv(4096)
            answer += part
            assert part and b"FATAL" not in answer and b"ERROR" not in answer, f"PostgreSQL says {answer!r}"


def failure(name):
    """Runs one check; what went wrong with it, or nothing."""
    try:
        globals()[name]()
    except Exception as error:  # whatever it is, it is what the reader needs to see
        return f"{name.removeprefix('check_').replace('_', ' ')}: {type(error).__name__}: {error}"
    return None


names = [name for name in globals() if name.startswith("check_")]
with ThreadPoolExecutor(len(names)) as pool:
    failures = [found for found in pool.map(failure, names) if found]
sys.exit("\n".join(failures) or None)
