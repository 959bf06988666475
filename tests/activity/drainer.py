"""Drain the outbox in a process of its own for each line read, to be killed by a test.

Forking a process that has loaded everything takes a hundredth of the time of starting one.
"""

import os
import sys

import django
from django.core.management import call_command

django.setup()
for line in sys.stdin:
    child = os.fork()
    if not child:
        call_command("tick", now=line.strip(), stdout=sys.stderr)
        os._exit(0)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    os.waitpid(child, 0)
    sys.stdout.write("ended\n")
    sys.stdout.flush()
