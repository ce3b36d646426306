#!/usr/bin/env python3
"""What the tests have for a browser: opens the address, follows the redirect to the program that waits, and notes what it was
shown in the file that BROWSER_LOG names. BROWSER_DOES=nothing only notes; =fails ends with an error. BROWSER_HOST: where the
host of the address really is."""
import json, os, ssl, sys, urllib.error, urllib.parse, urllib.request

log = os.environ['BROWSER_LOG']
does = os.environ.get('BROWSER_DOES', '')
seen = {'url': sys.argv[-1], 'arguments': sys.argv[1:], 'tokens': [name for name in os.environ if name.startswith('TF_TOKEN_')]}
if does == 'fails':
    sys.exit(3)
# Like xdg-open, this ends at once; the browser itself goes on in a process of its own.
if os.fork():
    os._exit(0)
os.setsid()
if does != 'nothing':
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                         urllib.request.HTTPSHandler(context=ssl._create_unverified_context()))
    url = sys.argv[-1]
    if 'BROWSER_HOST' in os.environ:
        url = urllib.parse.urlsplit(url)._replace(netloc=os.environ['BROWSER_HOST']).geturl()
    try:
        with opener.open(url, timeout=30) as page:
            seen.update(status=page.status, headers=dict(page.headers), body=page.read().decode(), landed=page.url)
    except urllib.error.HTTPError as error:
        seen.update(status=error.code, headers=dict(error.headers), body=error.read().decode(), landed=error.url)
    except OSError as error:
        seen.update(status=0, problem=str(error))
os.umask(0o077)  # it was shown the code
with open(log + '.new', 'w') as out:
    json.dump(seen, out)
os.rename(log + '.new', log)
