"""The events table: past events on several books, under the rules of every venue, on the same paths."""

from stresskit.study.events.ask import Ask
from stresskit.study.events.run import event_table
from stresskit.study.events.stored import keep, write

__all__ = ["Ask", "event_table", "keep", "write"]
