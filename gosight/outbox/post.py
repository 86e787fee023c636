"""Mail through the operator's server."""

import asyncio
import ssl

import aiosmtplib

from gosight.config import Mail
from gosight.outbox.model import Outcome, cut

MAIL_SECONDS = 30.0
"""For all of it: some servers let unknown senders wait on purpose."""


class Postman:
    """`local_name` is what we say we are; looking our own name up could take seconds."""

    def __init__(self, mail: Mail, local_name: str, tls: ssl.SSLContext | None = None) -> None:
        self._mail = mail
        self._local_name = local_name
        self._tls = tls

    async def send(self, letter: bytes, sender: str, to: list[str]) -> Outcome:
        """Never raises: whatever went wrong is told, and whether another try could help."""
        try:
            async with asyncio.timeout(MAIL_SECONDS):
                return await self._converse(letter, sender, to)
        except TimeoutError:
            return Outcome(error=f"the mail server did not answer within {MAIL_SECONDS:.0f} s")
        except aiosmtplib.SMTPRecipientsRefused as problem:
            refused = problem.recipients
            told = "; ".join(f"{one.recipient}: {one.code} {one.message}" for one in refused)
            codes = [one.code for one in refused]
            final = all(code >= 500 for code in codes)
            return Outcome(status=codes[0], answer=cut(told, 500), error="all addresses were refused", final=final)
        except aiosmtplib.SMTPResponseException as problem:
            text = f"the mail server refused: {problem.code} {problem.message}"
            return Outcome(status=problem.code, error=cut(text, 500), final=problem.code >= 500)
        except (aiosmtplib.SMTPException, OSError) as problem:
            return Outcome(error=cut(f"no mail was taken: {problem or type(problem).__name__}", 500))

    async def _converse(self, letter: bytes, sender: str, to: list[str]) -> Outcome:
        mail = self._mail
        server = aiosmtplib.SMTP(
            hostname=mail.host,
            port=mail.port,
            use_tls=mail.tls == "tls",
            start_tls=mail.tls == "starttls",
            username=mail.username or None,
            password=mail.password or None,
            local_hostname=self._local_name,
            timeout=MAIL_SECONDS,
            tls_context=self._tls if mail.tls != "none" else None,
        )
        async with server:
            refused, told = await server.sendmail(sender, to, letter)
        lost = "; ".join(
            f"{address} was refused: {answer.code} {answer.message}" for address, answer in refused.items()
        )
        return Outcome(status=250, answer=cut(f"{told}\n{lost}".strip(), 500))
