"""Who copied whom: passages reused between reports, aligned, graded by evidence, from two reports to a million."""

from jihe_audit.reuse.background import Background as Background
from jihe_audit.reuse.background import build_background as build_background
from jihe_audit.reuse.differences import Change as Change
from jihe_audit.reuse.document import ReuseDocument as ReuseDocument
from jihe_audit.reuse.findings import findings as findings
from jihe_audit.reuse.report import GRADE_WORDS as GRADE_WORDS
from jihe_audit.reuse.report import GRADES as GRADES
from jihe_audit.reuse.report import Family as Family
from jihe_audit.reuse.report import Grade as Grade
from jihe_audit.reuse.report import PairSummary as PairSummary
from jihe_audit.reuse.report import Passage as Passage
from jihe_audit.reuse.report import ReportShare as ReportShare
from jihe_audit.reuse.report import ReuseReport as ReuseReport
from jihe_audit.reuse.report import SameText as SameText
from jihe_audit.reuse.report import write_reuse_jsonl as write_reuse_jsonl
from jihe_audit.reuse.search import find_reuse as find_reuse
from jihe_audit.reuse.sections import Section as Section
from jihe_audit.reuse.sections import section_name as section_name
from jihe_audit.reuse.settings import Settings as Settings
from jihe_audit.reuse.store import ReuseStore as ReuseStore
