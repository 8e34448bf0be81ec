"""A mail server for tests: aiosmtpd of Debian. It reads each letter with Python's own parser and tells what it found, one line of JSON each.

Arguments as JSON: cert, key (STARTTLS is offered), password (of "kho"; signing in is required). The local part of a receiver says what happens:
later* is refused for now the first time, nobox* and full* for good, cut* ends the server before it answers to the letter, odd* is refused with the letter."""
import asyncio, email, email.policy, json, logging, os, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

logging.disable()
asked = json.loads(sys.argv[1])
seen = set()


def tell(**line):
    print(json.dumps(line), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local.startswith("later") and address not in seen:
            seen.add(address)
            return "451 4.7.1 come back later"
        if local.startswith("nobox"):
            return "550 5.1.1 no such user"
        if local.startswith("full"):
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        if local.startswith("odd"):
            return "554 5.6.0 not liked"
        m = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: (lambda p: p.get_content() if p else "")(m.get_body((kind,)))
        defects = [str(d) for d in m.defects] + [str(d) for v in m.values() for d in v.defects] + [str(d) for p in m.walk() for d in p.defects]
        tell(kind="letter", sender=envelope.mail_from, to=envelope.rcpt_tos, tls=session.ssl is not None, signed_in=bool(session.authenticated),
             heads=[[k, str(v)] for k, v in m.items()], text=part("plain"), html=part("html"), defects=defects,
             longest=max(len(l) for l in envelope.content.split(b"\r\n")), ascii=envelope.content.isascii())
        if local.startswith("cut") and not os.path.exists(asked["once"]):
            open(asked["once"], "w").close()
            os._exit(1)
        return "250 2.0.0 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"kho" and data.password == asked["password"].encode(), handled=False)


async def main():
    tls = None
    if asked.get("cert"):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(asked["cert"], asked["key"])
    signing = dict(authenticator=authenticate, auth_required=True, auth_require_tls=tls is not None) if asked.get("password") else {}
    make = lambda: SMTP(Handler(), hostname="mail.test", tls_context=tls, enable_SMTPUTF8=True, timeout=20, **signing)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", asked.get("port") or 0)
    tell(kind="ready", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
