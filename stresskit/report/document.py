"""The whole report as data: pages, figures and the words in head and foot."""

from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from stresskit.report.account import account_pages
from stresskit.report.audit import audit, reference, told_config
from stresskit.report.black_swan import black_swan_pages
from stresskit.report.blocks import Page
from stresskit.report.caveats import as_of
from stresskit.report.decision import decision
from stresskit.report.draw import short
from stresskit.report.losses import losses_pages
from stresskit.report.paths import paths_pages
from stresskit.report.studies import NOTHING, Studies
from stresskit.report.text import printable
from stresskit.report.trust import trust_pages
from stresskit.report.view import Account, accounts
from stresskit.results import Results

Document = dict[str, Any]
SHOWN = ("table", "figure", "tiles", "code")  # blocks that make a page worth a sheet


def build(results: Results, studies: Studies = NOTHING) -> Document:
    """Pages of every account and the audit, all text printable; figures still stand in their blocks."""
    results = replace(results, metrics=printable(results.metrics), manifest=printable(results.manifest))
    found = accounts(results, studies)
    pages: list[Page] = []
    for account in found:
        pages += _pages(account, [other for other in found if other is not account])
    pages += [audit(results, studies), reference(results), told_config(results)]
    return {
        "title": f"Risk report: {results.metrics['name']}",
        "name": short(results.metrics["name"], 64),
        "description": results.manifest["config"].get("description", ""),
        "footer": _footer(results),
        "pages": pages,
    }


def _pages(account: Account, others: list[Account]) -> list[Page]:
    pages = [
        decision(account, others),
        *account_pages(account),
        *paths_pages(account),
        *losses_pages(account),
        *black_swan_pages(account),
        *trust_pages(account),
    ]
    return joined(pages)


def joined(pages: list[Page]) -> list[Page]:
    """Pages of which one without a table or figure shares its sheet with the next."""
    found: list[Page] = []
    for page in pages:
        before = found[-1] if found else None
        if before is None or any(block["kind"] in SHOWN for block in before["blocks"]):
            found.append(page)
        else:
            title = f"{before['title']} and {page['title'].lower()}"
            found[-1] = {**page, "title": title, "blocks": [*before["blocks"], *page["blocks"]]}
    return found


def _footer(results: Results) -> str:
    manifest = results.manifest
    config = manifest.get("hashes", {}).get("config", "")[:12]
    return f"run {manifest['run_id']} · config {config} · seed {manifest['seed']} · {as_of(manifest)}"


def take_figures(document: Document) -> dict[str, Figure]:
    """Take the figures out of their blocks; each block keeps the name of its figure.

    With several accounts a figure's name begins with that of the account.
    """
    figures: dict[str, Figure] = {}
    for page in document["pages"]:
        for block in page["blocks"]:
            if block["kind"] == "figure":
                block["name"] = f"{page['subtitle']}-{block['name']}" if page["subtitle"] else block["name"]
                figures[block["name"]] = block.pop("figure")
    return figures
