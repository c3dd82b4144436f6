"""The form that takes an archive."""

import re
import secrets
from typing import Any

from django import forms

_KEY = re.compile("[0-9a-f]{32}")


class ArchiveForm(forms.Form):
    """An archive, the new project's name if it is to have another, and a key by which a form sent twice is known."""

    archive = forms.FileField(error_messages={"required": "Choose an archive first."})
    name = forms.CharField(max_length=120, required=False)
    key = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = secrets.token_hex(16)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not _KEY.fullmatch(key):
            raise forms.ValidationError("The form is not as it was sent; load the page anew.")
        return key
