"""The sentences in English, a table a subject; translations stand in `wording/languages`."""
