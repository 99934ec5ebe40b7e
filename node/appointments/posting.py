"""Hands the letters to the mail server, one after the other.

A letter is marked as begun before it is handed over and as sent after it was taken, each in a transaction of its own. A
server that is down or says no leaves it where it is; a crash between the two has it handed over once more and never a third
time. Whatever does not get through is shown at the desk, which can telephone.
"""

import smtplib
import ssl
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from node.appointments import queries
from node.appointments.letters import NOT_TO_BE, WORTH_KNOWING
from node.appointments.writing import letter_of
from node.core import clock
from node.core.db import transaction

TIMEOUT_S = 30
AT_ONCE = 20
AT_MOST_BEGUN = 2
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
REFUSED_FOR_GOOD = 500
PROBLEM_MAX = 200
NO_ANSWER = "il server di posta non ha detto se l’ha presa"


class Fault(NamedTuple):
    """Why a letter was not taken. `is_final`: asking again is of no use; `is_sure`: it certainly did not go."""

    problem: str
    is_final: bool = False
    is_sure: bool = True
    is_of_the_server: bool = False


def post_due(desk, config, vault):
    """Send what is due; returns how many were taken. Without a mail server everything waits."""
    sent = 0
    while config.smtp_host and sent < AT_ONCE:
        begun = begin(desk, config, vault)
        if begun is None:
            break
        ref, message = begun
        if message is None:
            continue
        fault = hand_over(config, message)
        end(desk, ref, fault)
        if fault is not None and fault.is_of_the_server:
            break
        sent += fault is None
    return sent


def begin(desk, config, vault):
    """(ref, e-mail) of the next letter, marked as begun; its e-mail is None if it was given up; None for no letter."""
    with transaction(desk) as session:
        letter = queries.next_letter(session, clock.now())
        if letter is None:
            return None
        if (reason := why_useless(letter)) is not None:
            give_up(letter, reason)
            return letter.ref, None
        letter.begun += 1
        return letter.ref, letter_of(letter, config, vault)


def end(desk, ref, fault):
    """Write down how it went; the letter may have been taken back meanwhile."""
    with transaction(desk) as session:
        letter = queries.letter_with(session, ref)
        if letter is None:
            return
        if fault is None:
            letter.sent_at, letter.problem = clock.now(), None
        elif fault.is_final:
            give_up(letter, fault.problem)
        else:
            letter.begun -= fault.is_sure
            letter.due_at = clock.now() + min(FIRST_PAUSE * 2**letter.tries, LONGEST_PAUSE)
            letter.tries = min(letter.tries + 1, 10)
            letter.problem = fault.problem


def why_useless(letter):
    """Why it need not be sent any more, or None."""
    worth_until = letter.about.starts_at + (WORTH_KNOWING if letter.kind in NOT_TO_BE else timedelta(0))
    if worth_until <= clock.now():
        return "l’appuntamento è già passato"
    if letter.about.reach_email is None:
        return "la persona non ha più un’e-mail"
    return NO_ANSWER if letter.begun >= AT_MOST_BEGUN else None


def give_up(letter, problem):
    letter.given_up_at, letter.problem = clock.now(), problem


def hand_over(config, message):
    """None when the server has taken it."""
    try:
        server = connected(config)
    except (OSError, smtplib.SMTPException) as fault:
        return Fault(told(fault), is_of_the_server=True)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, text)] = refused.recipients.values()
        return Fault(said(code, text), is_final=code >= REFUSED_FOR_GOOD)
    except smtplib.SMTPResponseException as refused:
        return Fault(said(refused.smtp_code, refused.smtp_error), is_final=refused.smtp_code >= REFUSED_FOR_GOOD)
    except (smtplib.SMTPNotSupportedError, ValueError) as fault:
        return Fault(told(fault), is_final=True)
    except (OSError, smtplib.SMTPException):
        return Fault(NO_ANSWER, is_sure=False, is_of_the_server=True)
    finally:
        server.close()
    return None


def connected(config):
    """Raises OSError or SMTPException."""
    where = config.smtp_host, config.smtp_port, urlsplit(config.url).hostname
    if config.smtp_security == "tls":
        server = smtplib.SMTP_SSL(*where, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=TIMEOUT_S)
    try:
        if config.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def said(code, text):
    return f"{code} {text.decode('utf-8', 'replace')}"[:PROBLEM_MAX]


def told(fault):
    return (str(fault) or type(fault).__name__)[:PROBLEM_MAX]
