"""The least that a Textual program can be: it draws one empty frame."""

from textual.app import App

App[None]().run()
