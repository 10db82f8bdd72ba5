import subprocess
import sys


def test_stripes_library_is_not_imported_before_the_first_call():
    """It costs 0.2 s and thirty megabytes that a process which never calls Stripe should not pay."""
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tenure.config.settings'; django.setup();"
        "import tenure.web.urls, tenure.connectors.stripe.actions;"
        "print([m for m in ('stripe', 'requests') if m in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert said.stdout.strip() == "[]", said.stderr[-2000:]
