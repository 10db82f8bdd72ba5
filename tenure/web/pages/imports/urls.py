"""Addresses of imports."""

from django.urls import path

from tenure.web.pages.imports import views

urlpatterns = [
    path("settings/imports/", views.imports, name="imports"),
    path("settings/exports/<str:kind>.<str:form>", views.export_all, name="export_all"),
    path("settings/imports/new/", views.upload, name="import_new"),
    path("settings/imports/<int:pk>/", views.file_import, name="import"),
    path("settings/imports/<int:pk>/status/", views.status, name="import_status"),
    path("settings/imports/<int:pk>/encoding/", views.choose_encoding, name="import_encoding"),
    path("settings/imports/<int:pk>/columns/", views.choose_columns, name="import_columns"),
    path("settings/imports/<int:pk>/run/", views.run, name="import_run"),
    path("settings/imports/<int:pk>/undo/", views.undo, name="import_undo"),
    path("settings/imports/<int:pk>/remove/", views.remove, name="import_remove"),
    path("settings/imports/<int:pk>/refused.csv", views.refused_csv, name="import_refused_csv"),
]
