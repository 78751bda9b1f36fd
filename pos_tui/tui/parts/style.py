"""How pages look: a style sheet in the variables that `theme` makes of the palette."""

# It counts as a default of its screen, beside Textual's own: of those, what names :ansi comes
# before what does not, and what is important before all else.
PAGE_STYLE = """
PageScreen { background: $till-base-back; color: $till-line; }
PageScreen:ansi { background: $till-base-back; color: $till-line; }
#page {
    background: $till-base-back; color: $till-line; padding: 0 1; height: 1fr;
    border: round $till-frame; border-title-color: $till-title;
    border-title-style: $till-title-text; border-title-background: $till-base-back;
}
#page > .foot { height: auto; }
#page > #message { max-height: 6; }
#page > #map { height: 1fr; }
#page .info { color: $till-info; text-style: $till-info-text; }
#page .good {
    color: $till-good; background: $till-good-back; text-style: $till-good-text;
}
#page .warning {
    color: $till-warning; background: $till-warning-back; text-style: $till-warning-text;
}
#page .error {
    color: $till-error; background: $till-error-back; text-style: $till-error-text;
}
#page .title { color: $till-title; text-style: $till-title-text; }
#page .part { height: auto; margin: 1 0 0 0; }
#page .muted { color: $till-muted; text-style: $till-muted-text; }
#page * {
    background: $till-base-back; background-tint: transparent;
    scrollbar-size-vertical: 1; scrollbar-color: $till-muted;
    scrollbar-color-hover: $till-muted; scrollbar-color-active: $till-muted;
    scrollbar-background: $till-base-back; scrollbar-background-hover: $till-base-back;
    scrollbar-background-active: $till-base-back;
}

/* lists */
#page RowList { height: 1fr; }
#page RowList > .line { height: 1; }
#page RowList > OptionList {
    height: 1fr; border: none; padding: 0; scrollbar-gutter: stable; overflow-x: hidden;
}
#page RowList > OptionList:focus { border: none; }
#page RowList > .empty { height: auto; margin-top: 1; }

/* forms */
#page Form { height: 1fr; }
#page Form > .hint { height: 2; color: $till-info; }
#page FieldRow {
    layout: grid; grid-size: 2; grid-columns: 16 1fr; grid-rows: 1 auto; height: auto;
}
.-wide #page FieldRow { grid-size: 3; grid-columns: 16 1fr 1fr; }
#page FieldRow > .label { width: 16; color: $till-line; }
#page FieldRow.-here > .label { color: $till-typed; text-style: $till-typed-text; }
#page FieldRow > .note {
    column-span: 2; padding: 0 0 0 16; height: auto; display: none;
    color: $till-error; background: $till-error-back; text-style: $till-error-text;
}
.-wide #page FieldRow > .note { column-span: 1; padding: 0 0 0 2; }
#page FieldRow.-wrong > .note { display: block; }
#page FieldRow Input { color: $till-line; height: 1; border: none; padding: 0; }
#page FieldRow Input:focus {
    color: $till-selected; background: $till-selected-back; text-style: $till-selected-text;
}
#page FieldRow Input > .input--cursor {
    background: $till-selected-back; color: $till-selected; text-style: $till-cursor-text;
}
#page FieldRow Input > .input--selection {
    background: $till-scanned-back; color: $till-scanned; text-style: $till-scanned-text;
}
#page FieldRow Input > .input--placeholder { color: $till-muted; text-style: none; }
#page FieldRow Input:focus > .input--placeholder {
    color: $till-selected; background: $till-selected-back;
}
#page FieldRow Checkbox { border: none; padding: 0; height: 1; width: 6; }
#page FieldRow Checkbox > .toggle--button {
    color: $till-selected; background: $till-selected-back; text-style: bold;
}
#page FieldRow Checkbox:focus > .toggle--button {
    color: $till-scanned; background: $till-scanned-back; text-style: $till-scanned-text;
}
#page FieldRow Select { height: 1; }
#page FieldRow SelectCurrent { border: none; padding: 0; height: 1; color: $till-line; }
#page FieldRow Select:focus SelectCurrent, #page FieldRow Select:focus SelectCurrent * {
    color: $till-selected; background: $till-selected-back; text-style: $till-selected-text;
}
#page FieldRow SelectOverlay { border: round $till-frame !important; padding: 0; }
#page SelectOverlay > .option-list--option-highlighted {
    color: $till-selected; background: $till-selected-back; text-style: $till-selected-text;
}
"""
