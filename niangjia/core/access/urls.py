"""Addresses of access."""

from django.urls import path

from niangjia.core.access.views import desk, worker

app_name = "access"
urlpatterns = [
    path("m/sign-in/code/", worker.code, name="worker-code"),
    path("m/sign-in/who/", worker.who, name="worker-who"),
    path("m/sign-out/", worker.sign_out, name="worker-sign-out"),
    path("desk/post", desk.switch_post, name="switch-post"),
    path("desk/sign-out-elsewhere/", desk.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("m/sign-out/everywhere/", worker.sign_out_everywhere, name="worker-sign-out-everywhere"),
    path("desk/why/", desk.why, name="why"),
    path("desk/roles/", desk.roles, name="roles"),
    path("desk/accounts/", desk.account_list, name="accounts"),
    path("desk/accounts/new/", desk.open_account, name="open"),
    path("desk/accounts/<slug:code>/", desk.account, name="account"),
    path("desk/accounts/<slug:code>/grant/", desk.grant, name="grant"),
    path("desk/accounts/<slug:code>/posts/<int:place>/revoke/", desk.revoke, name="revoke"),
    path("desk/accounts/<slug:code>/close/", desk.close_account, name="close"),
    path("desk/accounts/<slug:code>/reopen/", desk.reopen_account, name="reopen"),
    path("desk/accounts/<slug:code>/sessions/", desk.end_sessions, name="end-sessions"),
    path("desk/accounts/<slug:code>/second-factor/", desk.reset_second_factor, name="reset-second-factor"),
    path("desk/accounts/<slug:code>/password/", desk.reset_password, name="reset-password"),
]
