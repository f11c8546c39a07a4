"""What a form of this line says in words, understood as a record."""

from niangjia.core.orgs.models import Employer


def employer_or_name(said: str) -> tuple[Employer | None, str]:
    """The employer of this name or credit code within the reader's rows, else the name as it was written."""
    said = said.strip()
    found = Employer.objects.filter(credit_code=said.upper()).first() or Employer.objects.filter(name=said, ended_on=None).first()
    return found, "" if found else said
