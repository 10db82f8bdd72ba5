"""Tables of workspaces."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Workspace(models.Model):
    """One company that runs Tenure: the tenant."""

    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="UTC")
    locale = models.CharField(max_length=12, default="en")
    currency = models.CharField(max_length=3, default="USD")
    is_demo = models.BooleanField(default=False)
    holdout_share = models.FloatField(default=0.1)
    holdout_salt = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holdout_share__gte=0) & models.Q(holdout_share__lte=0.5), name="holdout_share_sane"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes sign-in identities; Django and allauth call it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make one; without a password it can only be reached by a link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make one for Django's own tools; Tenure itself gives no meaning to it."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in identity (Django's word); somebody becomes a *member* by belonging to a workspace."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Member(ScopedModel):
    """Someone of the workspace's own team."""

    user = models.ForeignKey("workspaces.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    permission_role = models.CharField(max_length=12)
    title = models.CharField(max_length=120, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_user")]

    def __str__(self) -> str:
        return self.name


class Invitation(ScopedModel):
    """An open door for one e-mail address, until it is used, withdrawn or runs out."""

    email = models.EmailField()
    permission_role = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class WriteKey(ScopedModel):
    """Lets one source (an SDK somewhere) send events. Not a secret: browsers carry it."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    """When events last came with it, as far as the intake log has been forgotten."""
    rolled_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class ApiKey(ScopedModel):
    """Lets another program use the API; only the hash is kept."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class AuditEntry(ScopedModel):
    """Who changed what, when. Only ever added to."""

    at = models.DateTimeField()
    member = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=160)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    marks = ArrayField(models.BigIntegerField(), default=list, db_default=models.Value("{}"))
    """A number for each text it holds, by which the texts of somebody erased are found."""

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-at"], name="audit_latest"),
            GinIndex(fields=["marks"], name="audit_by_marks"),
        ]


class SavedView(ScopedModel):
    """A list as a member likes to see it: the query part of the page's address, under a name."""

    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    member = models.ForeignKey("workspaces.Member", on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["member", "page", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name
