"""Addresses of books, and their place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.books import editing, giving, views
from tenure.web.shell.navigation import WHO_THEY_ARE, NavigationItem, register

register(
    NavigationItem(
        key="books", label=_("Books"), url_name="books", icon="briefcase", go="c", order=53, group=WHO_THEY_ARE
    )
)

urlpatterns = [
    path("books/", views.books, name="books"),
    path("books/edit/", editing.edit, name="books_edit"),
    path("books/preview/", editing.preview, name="books_preview"),
    path("books/versions/<int:number>/restore/", editing.restore, name="books_restore"),
    path("books/give-out/", giving.give_out, name="books_give_out"),
    path("books/give-out/ask/", giving.ask, name="books_ask"),
    path("books/give-out/progress/", giving.progress, name="books_progress"),
    path("books/<int:pk>/", views.book, name="book"),
]
