"""All reports that `voicebot report NAME` knows by one declaration each. A new one is added to a file of declared/."""

from voicebot.reports.declared import attempts, causes, money, people, pick_ups, plans, talks, times

REPORTS = (
    *attempts.REPORTS,
    *times.REPORTS,
    *talks.REPORTS,
    *pick_ups.REPORTS,
    *plans.REPORTS,
    *money.REPORTS,
    *people.REPORTS,
    *causes.REPORTS,
)
