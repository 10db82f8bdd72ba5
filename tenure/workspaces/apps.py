from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "tenure.workspaces"
    label = "workspaces"
