# The production image: no embedded servers, no test tools, no compiler, not root.

FROM python:3.13-slim AS packages
RUN python -m venv /opt/plumbline
COPY requirements/production.txt .
RUN /opt/plumbline/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r production.txt

FROM python:3.13-slim
ENV PATH=/opt/plumbline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OKR_STATE_DIR=/var/lib/plumbline
RUN useradd --system --uid 10001 --no-create-home plumbline \
    && install -d -o plumbline -g plumbline /var/lib/plumbline /app
COPY --from=packages /opt/plumbline /opt/plumbline
WORKDIR /app
COPY . .
USER plumbline
# Gathering files reads the settings, which start with nothing left out; none of this is kept.
RUN SECRET_KEY=building-the-image-signs-nothing ALLOWED_HOSTS=image.invalid \
    SITE_URL=https://image.invalid MAIL_FROM=image@image.invalid SMTP_HOST=image.invalid \
    DATABASE_URL=postgresql://okr_app@image.invalid/okr REDIS_URL=redis://image.invalid:6379 \
    python manage.py collectstatic --noinput -v0
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health/', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.')}); raise SystemExit(c.getresponse().status != 200)"]
# No access log: addresses hold tokens from mails.
CMD ["gunicorn", "okr_platform.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
