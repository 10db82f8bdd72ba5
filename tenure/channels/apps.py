from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "tenure.channels"
    label = "channels"
