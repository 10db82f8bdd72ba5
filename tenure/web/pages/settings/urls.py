"""Addresses of the settings pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from tenure.web.pages.settings import api_keys, arriving, audit, general, members, plan, refusals, sources, use
from tenure.web.shell.navigation import NavigationItem, register

register(NavigationItem(key="settings", label=_("Settings"), url_name="settings", icon="settings", go=",", order=90))

urlpatterns = [
    path("settings/", RedirectView.as_view(pattern_name="settings_workspace"), name="settings"),
    path("settings/workspace/", general.workspace, name="settings_workspace"),
    path("settings/profile/", general.profile, name="settings_profile"),
    path("settings/members/", members.members, name="settings_members"),
    path("settings/members/invite/", members.invite, name="settings_member_invite"),
    path("settings/members/<int:pk>/role/", members.change_role, name="settings_member_role"),
    path("settings/members/<int:pk>/remove/", members.remove, name="settings_member_remove"),
    path("settings/members/<int:pk>/back/", members.bring_back, name="settings_member_back"),
    path("settings/invitations/<int:pk>/withdraw/", members.withdraw, name="settings_invitation_withdraw"),
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/new/", sources.create, name="source_create"),
    path("settings/sources/<int:pk>/", sources.source, name="source"),
    path("settings/sources/<int:pk>/status/", sources.status, name="source_status"),
    path("settings/sources/<int:pk>/roll/", sources.roll, name="source_roll"),
    path("settings/sources/<int:pk>/retire/", sources.retire, name="source_retire"),
    path("settings/arriving/", arriving.arriving, name="arriving"),
    path("settings/arriving/newest/", arriving.newest, name="arriving_newest"),
    path("settings/arriving/pause/", arriving.pause, name="arriving_pause"),
    path("settings/arriving/<int:batch>/<int:number>/", arriving.became, name="arriving_became"),
    path("settings/refused/", refusals.refusals, name="refusals"),
    path("settings/refused/export.csv", refusals.refusals_csv, name="refusals_csv"),
    path("settings/refused/send-again/", refusals.send_all_again, name="refusals_send_again"),
    path("settings/refused/<int:pk>/", refusals.refusal, name="refusal"),
    path("settings/refused/<int:pk>/send-again/", refusals.send_again, name="refusal_send_again"),
    path("settings/plan/", plan.plan, name="plan"),
    path("settings/plan/export.csv", plan.plan_csv, name="plan_csv"),
    path("settings/plan/event/", plan.event, name="plan_event"),
    path("settings/plan/event/export.csv", plan.event_csv, name="plan_event_csv"),
    path("settings/plan/rules/new/", plan.add_rule, name="plan_rule_create"),
    path("settings/plan/rules/again/", plan.put_rule_back, name="plan_rule_put_back"),
    path("settings/plan/rules/<int:pk>/remove/", plan.take_out_rule, name="plan_rule_remove"),
    path("settings/plan/drifts/<int:pk>/acknowledge/", plan.acknowledge, name="plan_drift_acknowledge"),
    path("settings/use/", use.use, name="settings_use"),
    path("settings/use/use.yaml", use.use_text, name="settings_use_text"),
    path("settings/use/past.csv", use.use_csv, name="settings_use_csv"),
    path("settings/api-keys/", api_keys.api_keys, name="settings_api_keys"),
    path("settings/api-keys/new/", api_keys.create, name="settings_api_key_create"),
    path("settings/api-keys/<int:pk>/revoke/", api_keys.revoke, name="settings_api_key_revoke"),
    path("settings/audit/", audit.audit, name="audit"),
    path("settings/audit/export.csv", audit.audit_csv, name="audit_csv"),
]
