"""The form of a new token."""

from django import forms

from apps.accounts.models import Project, User
from apps.accounts.queries import projects_of
from apps.api.scopes import WORDS, Scope

DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "": "until it is withdrawn"}


class TokenForm(forms.Form):
    """A name, the project (none: all of the person's), scopes, and how long it opens anything."""

    name = forms.CharField(max_length=80, error_messages={"required": "Give it the name of what will use it."})
    project = forms.ModelChoiceField(Project.objects.none(), required=False, empty_label="every project of mine")
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, words) for scope, words in WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
        error_messages={"required": "A token without a scope opens nothing; choose at least one."},
    )
    days = forms.TypedChoiceField(
        choices=list(DAYS.items()), coerce=int, empty_value=None, required=False, initial="90"
    )

    def __init__(self, *args: object, owner: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["project"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = projects_of(owner)
