"""In which forms a statement can be taken along, one module each."""

from urdimbre.web.exchanges.layouts import commas, sheets, workbook

LAYOUTS = (commas, workbook, sheets)
BY_ENDING = {one.ENDING: one for one in LAYOUTS}
