"""E-mail by SMTP (电子邮件)."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from niangjia.core.notices.gateways import Message, Receipt


class SmtpMail:
    """Sends through the server of NIANGJIA_SMTP_HOST. The message's key is its Message-ID; a server need not know it again."""

    refuses_doubles = False

    def send(self, address: str, message: Message) -> Receipt:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
        letter = EmailMessage(
            subject=f"【{settings.SMS_SIGN}】{message.title or message.text}"[:120], body=message.whole, to=[address],
            headers={"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        try:
            taken = letter.send()
        except (SMTPException, OSError) as error:
            return Receipt(accepted=False, fault=f"邮件服务器没有接收：{getattr(error, 'smtp_code', '') or type(error).__name__}")
        return Receipt(accepted=bool(taken), number=message.key, fault="" if taken else "邮件服务器没有接收")
