"""The tests of run: each a function of a Setting, told apart by its name."""
import concurrent.futures, json, os, re, shutil, socket, subprocess, threading
import driver, server
from server import CODE, PASTED, TOKEN

PASSWORD = 'pw-7h1s-is-secret'
SECRETS = (TOKEN, PASTED, CODE, PASSWORD)


class Skipped(Exception):
    pass


class Setting:
    def __init__(self, work):
        self.work = work
        self.certificates = os.path.join(work, 'certificates')
        os.makedirs(self.certificates, exist_ok=True)

    def host(self):
        return server.Host(self.certificates)

    def place(self, program=driver.PARTERRE):
        return driver.Place(self.work, self.certificates, program)

    def stock(self):
        if not driver.STOCK:
            raise Skipped('terraform 1.11.4 is not on this machine')
        return self.place(driver.STOCK)


def tests():
    return [(name[5:], test) for name, test in globals().items() if name.startswith('test_')]


def equal(actual, expected):
    assert actual == expected, '%r, and not %r' % (actual, expected)


def contains(text, *parts):
    for part in parts:
        assert part in text, '%r is not in %r' % (part, text)


def silent(place, result, *secrets):
    """No secret in what was said, nor in files that others may read, nor in the log."""
    for secret in secrets or SECRETS:
        assert secret not in result.raw + result.raw_err, 'it says a secret'
    equal(place.leaks(*(secrets or SECRETS)), [])


def fails(result, *parts):
    equal(result.code, 1)
    contains(result.all, *parts)


def skeleton(text, home):
    """The layout of an output: prose is one line, whatever it says and however long it is."""
    lines = []
    for line in text.replace(home, '<home>').split('\n'):
        if re.match(r'-+$', line) or not line or line.startswith('  '):
            kind = re.sub(r'https://\S+', '<url>', line)
        elif line.startswith(('Success!', 'Do you want', 'Token for', 'Username for', 'Password for', 'Retrieved', 'No credentials')):
            kind = line.split()[0]
        else:
            kind = '<prose>'
        if not (kind == '<prose>' and lines and lines[-1] == kind):
            lines.append(kind)
    return re.sub(r'(<prose>\n\n?)+', '<prose>\n', '\n'.join(lines))


def service_block(host, name, **services):
    body = ''.join('    "%s" = %s\n' % (key.replace('_', '.'), value) for key, value in services.items())
    return 'host "%s" {\n  services = {\n%s  }\n}\n' % (name, body)


def url(host, path):
    return json.dumps('https://%s%s' % (host.name, path))


def login_service(host, grants='"authz_code"'):
    return '{ client = "cli-client", grant_types = [%s], authz = %s, token = %s, ports = [10000, 10999], scopes = ["a", "b c"] }' % (
        grants, url(host, '/oauth/authorize'), url(host, '/oauth/token'))


def test_code(setting):
    host, place = setting.host(), setting.place()
    result = place.run('login', host.name, answers=['yes\n'])
    equal((result.code, result.err, host.problems), (0, '', []))
    contains(result.out, 'Parterre will request an API token for %s using OAuth.' % host.name, place.credentials,
             'Success! Parterre has obtained and saved an API token.')
    with open(place.credentials) as file:
        equal(file.read(), '{\n  "credentials": {\n    "%s": {\n      "token": "%s"\n    }\n  }\n}' % (host.name, TOKEN))
    equal(oct(os.stat(place.credentials).st_mode), '0o100600')
    equal(oct(os.stat(os.path.dirname(place.credentials)).st_mode & 0o077), '0o0')
    equal(set(host.form), {'client_id', 'code', 'code_verifier', 'grant_type', 'redirect_uri'})
    assert re.fullmatch(r'http://localhost:10\d\d\d/login', host.redirect_uri), host.redirect_uri
    page = place.seen()
    equal((page['status'], page['headers']['Content-Type']), (200, 'text/html; charset=utf-8'))
    contains(page['headers']['Content-Security-Policy'], "default-src 'none'")
    assert CODE not in page['body']
    silent(place, result)
    assert host.form['code_verifier'] not in result.raw + open(place.trace).read()
    result = place.run('logout', host.name)
    equal(result.code, 0)
    contains(result.out, 'Removing the stored credentials for %s from the following file:\n    %s' % (host.name, place.credentials),
             'Success! Parterre has removed the stored API token for %s.' % host.name)
    equal(place.stored(), {})
    equal(place.run('logout', host.name).out, 'No credentials for %s are stored.\n\n' % host.name)


def test_as_stock(setting):
    host, stock, ours = setting.host(), setting.stock(), setting.place()
    for place in (stock, ours):
        place.write('home/.terraform.d/credentials.tfrc.json',
                    '{"z":[1,{"b":"<&>","a":null}],"credentials":{"other.example.com":{"x":[1],"token":"o"}},"disable_checkpoint":true}')
    steps = [(host.discovery, 'login', ['yes\n']), (host.discovery, 'logout', []), (host.discovery, 'logout', []),
             (host.discovery, 'login', ['no\n']), ({'tfe.v2': '/api/v2/'}, 'login', ['yes\n', PASTED + '\n']),
             ({'tfe.v2': '/api/v2/'}, 'login', ['yes\n', 'wrong\n'])]
    host.account = {'username': 'ada'}
    for discovery, command, answers in steps:
        host.discovery = discovery
        said = []
        for place in (stock, ours):
            result = place.run(command, host.name, answers=answers)
            with open(place.credentials) as file:
                said.append((result.code, skeleton(result.out, place.home), file.read()))
        equal(said[1], said[0])


def test_cloud_as_stock(setting):
    host, stock, ours = setting.host(), setting.stock(), setting.place()
    host.account = {'username': 'ada'}
    host.motd = (200, json.dumps({'msg': '[bold]Hello[reset] from us\n  [green]friends[unknown]'}))
    blocks = service_block(host, 'app.terraform.io', tfe_v2=url(host, '/api/v2/'), motd_v1=url(host, '/motd'))
    password = service_block(host, 'app.terraform.io', login_v1=login_service(host, '"password"'))
    steps = [(blocks, 'login', ['yes\n', PASTED + '\n']), (blocks, 'logout', []), (password, 'login', ['yes\n', 'ada\n', PASSWORD + '\n'])]
    for blocks, command, answers in steps:
        said = []
        for place in (stock, ours):
            place.rc(blocks)
            result = place.run(command, answers=answers)
            said.append((result.code, result.raw[-100:] if answers else '', skeleton(result.out, place.home), place.stored()))
        equal(said[1], said[0])
    equal(host.form, {'client_id': 'cli-client', 'grant_type': 'password', 'username': 'ada', 'password': PASSWORD, 'scope': 'a b c'})
    silent(ours, result)


def test_answers_of_the_browser(setting):
    host = setting.host()
    place = setting.place()
    host.redirect = lambda query: {'state': query['state'], 'error': 'access_denied', 'error_description': '<b>no</b> \x1b[31mway\n&'}
    result = place.run('login', host.name, answers=['yes\n'])
    fails(result, 'Error: Login failed', 'access was denied: <b>no</b> [31mway &')
    assert '\x1b[31mway' not in result.raw_err
    page = place.seen()
    equal(page['status'], 400)
    contains(page['body'], '&lt;b&gt;no&lt;/b&gt;')
    assert '<b>' not in page['body'] and not os.path.exists(place.credentials)
    host.redirect = lambda query: {'state': query['state']}
    fails(setting.place().run('login', host.name, answers=['yes\n']), 'Login failed', 'neither a code nor an error')


def listening(uri):
    with socket.socket() as client:
        return client.connect_ex(('127.0.0.1', int(uri.split(':')[2].split('/')[0]))) == 0


def test_wrong_state_and_interrupt(setting):
    for redirect in (lambda query: dict(query, state='x'), lambda query: {'code': CODE}, lambda query: {'error': 'access_denied'}):
        host, place = setting.host(), setting.place()
        host.redirect = redirect
        went_on = []

        def waits(said):
            if os.path.exists(place.browser_log):
                went_on.append(listening(host.redirect_uri))
                return True
        result = place.run('login', host.name, answers=['yes\n'], interrupt=waits)
        fails(result, 'Login cancelled', 'Interrupted before the browser came back')
        equal((place.seen()['status'], went_on, listening(host.redirect_uri)), (400, [True], False))
        assert not os.path.exists(place.credentials) and '/oauth/token' not in str(host.requests)


def test_interrupt_at_the_question(setting):
    host, place = setting.host(), setting.place()
    trace = place.trace
    result = place.run('login', host.name, close=False, interrupt=lambda said: os.path.exists(trace) and 'well-known' in open(trace).read())
    equal((result.code, os.path.exists(place.browser_log)), (1, False))
    place = setting.place()
    fails(place.run('login', host.name), 'Login cancelled', 'There was no answer')


def test_answers_of_the_token_endpoint(setting):
    host = setting.host()
    text = 'application/json'
    for answer, said in (((400, text, '{"error":"invalid_grant","error_description":"not %s"}' % CODE), 'invalid_grant: not ...'),
                         ((200, text, '{"error":"slow_down"}'), 'slow_down'),
                         ((500, 'text/html', 'oops ' + CODE), 'the host answered 500'),
                         ((200, text, 'nonsense ' + CODE), 'neither JSON nor a form'),
                         ((200, text, '[]'), 'neither JSON nor a form'),
                         ((200, text, '{}'), 'has no access_token'),
                         ((200, text, '{"access_token":7}'), 'has no access_token'),
                         ((200, text, '{"access_token":"a\\nX-Evil: 1"}'), 'that no header can carry'),
                         ((200, text, '{"access_token":"%s"}' % ('x' * (2 << 20))), 'There is no token from'),
                         ((307, 'text/plain', ''), 'the host answered 307')):
        place = setting.place()
        host.requests.clear()
        host.token_answer = answer
        result = place.run('login', host.name, answers=['yes\n'])
        fails(result, 'Error: Failed to obtain auth token', said)
        silent(place, result)
        equal([path for method, path, _, _ in host.requests if method == 'POST'], ['/oauth/token'])
        assert not os.path.exists(place.credentials)
    host.token_answer = (200, 'application/x-www-form-urlencoded', 'access_token=' + TOKEN)
    place = setting.place()
    equal(place.run('login', host.name, answers=['yes\n']).code, 0)
    equal(place.stored(), {host.name: {'token': TOKEN}})


def test_busy_port(setting):
    host, place = setting.host(), setting.place()
    with socket.socket() as busy:
        busy.bind(('127.0.0.1', 0))
        busy.listen()
        port = busy.getsockname()[1]
        host.discovery['login.v1']['ports'] = [port, port]
        fails(place.run('login', host.name, answers=['yes\n']), "Error: Can't start temporary login server", 'port %d is in use' % port)
    assert not os.path.exists(place.browser_log)


def test_unsuitable_services(setting):
    host = setting.host()
    good = host.LOGIN
    for change, said in (({'client': None}, 'missing required property "client"'), ({'client': 5}, 'required property "client"'),
                         ({'authz': ''}, 'required property "authz"'), ({'token': None}, 'required property "token"'),
                         ({'ports': [5]}, 'two-element array'), ({'ports': [80, 81]}, 'between 1024 and 65535'),
                         ({'ports': [9000, 8000]}, 'cannot be greater'), ({'scopes': ['a', 1]}, 'all scopes must be strings'),
                         ({'grant_types': 'x'}, 'array of grant type'), ({'authz': 'ftp://x/'}, 'no http or https URL')):
        host.discovery = {'login.v1': dict(good, **change)}
        fails(setting.place().run('login', host.name), 'Warning: Host does not support Terraform login', said,
              'Error: Host does not support Terraform tokens API')
    for discovery, said in (({'login.v1': dict(good, grant_types=['password'])}, 'Error: Host does not support Terraform login'),
                            ({'login.v2': good}, 'a newer version of this program'), ({'login.v1': 'x'}, 'an object value'),
                            ({}, 'Error: Host does not support Terraform tokens API')):
        host.discovery = discovery
        fails(setting.place().run('login', host.name), said)
    host.discovery_status = 403
    fails(setting.place().run('login', host.name), 'Error: Service discovery failed for ' + host.name)
    for name, why in (('a..b', 'empty label'), ('https://a.b', 'not a full URL'), ('xn--caf-dma.fr', 'punycode'), ('a:b', 'non-digit')):
        for command in ('login', 'logout'):
            fails(setting.place().run(command, name), 'Error: Invalid hostname', why)
    for command in ('login', 'logout'):
        fails(setting.place().run(command, 'a', 'b'), 'The %s command expects at most one argument' % command)


def test_pasted(setting):
    host = setting.host()
    host.discovery = {'tfe.v2': '/api/v2/'}
    host.account = {'username': 'ada'}
    for terminal in (False, True):
        place = setting.place()
        result = place.run('login', host.name, answers=['yes\n', ' %s \n' % PASTED], terminal=terminal)
        equal((result.code, place.stored()), (0, {host.name: {'token': PASTED}}))
        contains(result.out, 'https://%s/app/settings/tokens?source=terraform-login' % host.name, 'Retrieved token for user ada',
                 'Success! Logged in to Terraform Enterprise (%s)' % host.name)
        silent(place, result)
    for token, said in (('wrong', 'Error: Token is invalid: unauthorized'), ('', 'Error: Failed to create API client: missing API token')):
        place = setting.place()
        result = place.run('login', host.name, answers=['yes\n', token + '\n'])
        fails(result, said)
        assert not os.path.exists(place.credentials)
    place = setting.place()
    equal(subprocess.run([place.program, 'login', host.name], cwd=place.work, env=place.env, input=('yes\n%s\n' % PASTED).encode(),
                         stdout=subprocess.DEVNULL).returncode, 0)  # all of it at once
    equal(place.stored(), {host.name: {'token': PASTED}})


def test_keeps_the_file(setting):
    host = setting.host()
    for text in ('{', '[]', '"x"', 'null', '{"credentials":5}', '{"credentials":[]}', '{"credentials":{}} x', '\xff\xfe'):
        place = setting.place()
        place.write('home/.terraform.d/credentials.tfrc.json', text, 0o600)
        for command in ('login', 'logout'):
            fails(place.run(command, host.name, answers=['yes\n'] if command == 'login' else ()), 'It has been left as it is')
            with open(place.credentials) as file:
                equal(file.read(), text)
        assert not os.path.exists(place.browser_log)
    place = setting.place()
    place.write('home/.terraform.d/credentials.tfrc.json', '{"credentials":{"LOCALHOST:%d":{"token":"old"},"b":7},"n":12345678901234567890.10}' % host.port)
    real = os.path.join(place.folder, 'dotfiles.json')
    os.rename(place.credentials, real)
    os.chmod(real, 0o644)
    os.symlink(real, place.credentials)
    equal(place.run('login', host.name, answers=['yes\n']).code, 0)
    with open(real) as file:
        equal(file.read(), '{\n  "credentials": {\n    "b": 7,\n    "%s": {\n      "token": "%s"\n    }\n  },\n  "n": 12345678901234567890.10\n}' % (
            host.name, TOKEN))
    equal((os.path.islink(place.credentials), oct(os.stat(real).st_mode), os.listdir(os.path.dirname(place.credentials))),
          (True, '0o100600', ['credentials.tfrc.json']))
    place = setting.place()
    place.env['HOME'] = place.write('file', '')
    fails(place.run('login', host.name), 'Error: Failed to save API token')
    place.env['HOME'] = ''
    fails(place.run('login', host.name), 'Error: Failed to save API token', 'there is no home folder')


def test_at_the_same_time(setting):
    hosts, place = [setting.host() for _ in range(4)], setting.place()

    def login(host):
        return place.run('login', host.name, answers=['yes\n'], env={'BROWSER_LOG': os.path.join(place.folder, str(host.port))}).code
    with concurrent.futures.ThreadPoolExecutor() as pool:
        equal(list(pool.map(login, hosts)), [0] * 4)
    equal(set(place.stored()), {host.name for host in hosts})


def test_tokens_elsewhere(setting):
    host, place = setting.host(), setting.place()
    blocks = service_block(host, 'my-app.example.com', login_v1=login_service(host))
    place.rc(blocks + 'credentials "My-App.example.com" {\n  token = "by-hand"\n}\n')
    for command in ('login', 'logout'):
        result = place.run(command, 'my-app.example.com')
        fails(result, 'Error: Credentials for my-app.example.com are manually configured', 'remove the block')
        silent(place, result, 'by-hand')
    place = setting.place()
    place.rc(blocks)
    result = place.run('login', 'my-app.example.com', answers=['yes\n'], env={'TF_TOKEN_my__app_example_com': 'from-outside'})
    equal((result.code, place.stored()), (0, {'my-app.example.com': {'token': TOKEN}}))
    contains(result.all, 'Warning: A token of the environment stands above the stored one', 'TF_TOKEN_my__app_example_com')
    equal(place.seen()['tokens'], [])
    silent(place, result, 'from-outside', TOKEN)
    result = place.run('logout', 'my-app.example.com', env={'TF_TOKEN_my-app_example_com': 'from-outside'})
    contains(result.all, 'Warning: A token of the environment', 'Success!')


def asked_with(host, place, name, proxy, **variables):
    """The token that a request to the host `name` has: of login, and of init, which is not in the way of tokens by hand."""
    host.requests.clear()
    if name.isascii():
        place.write('work/main.tf', 'terraform {\n  required_providers {\n    x = { source = "%s/x/x" }\n  }\n}\n' % name)
    place.run('init' if name.isascii() else 'login', *(() if name.isascii() else (name,)), env=dict(variables, HTTPS_PROXY=proxy.url))
    return host.requests[0][2].get('Authorization')


def test_which_token(setting):
    host, place = setting.host(), setting.place()
    host.discovery = {}
    proxy = server.Proxy(host.port)
    equal(asked_with(host, place, 'a.example.com', proxy), None)
    for variable in ('TF_TOKEN_my__app_example_com', 'TF_TOKEN_my-app_example_com', 'TF_TOKEN_MY__APP_EXAMPLE_COM'):
        equal(asked_with(host, place, 'my-app.example.com', proxy, **{variable: 't'}), 'Bearer t')
    for variable in ('TF_TOKEN_xn--caf-dma_example_com', 'TF_TOKEN_xn____caf__dma_example_com', 'TF_TOKEN_café_example_com'):
        equal(asked_with(host, place, 'Café.example.com', proxy, **{variable: 't'}), 'Bearer t')
    equal(proxy.tunnels[-1], 'xn--caf-dma.example.com:443')
    equal(asked_with(host, place, 'app.example.com', proxy, TF_TOKEN_other_example_com='t'), None)
    place.write('home/.terraform.d/credentials.tfrc.json', '{"credentials":{"a.example.com":{"token":"stored"}}}')
    equal(asked_with(host, place, 'a.example.com', proxy), 'Bearer stored')
    equal(asked_with(host, place, 'A.example.com', proxy, TF_TOKEN_a_example_com='t'), 'Bearer t')
    place.rc('credentials_helper "test" {}\n')
    place.write('home/.terraform.d/plugins/terraform-credentials-test', '#!/bin/sh\necho \'{"token":"helped"}\'\n', 0o755)
    equal(asked_with(host, place, 'a.example.com', proxy), 'Bearer stored')
    equal(asked_with(host, place, 'b.example.com', proxy), 'Bearer helped')
    other = place.write('other.tfrc', 'credentials "b.example.com" { token = "other" }\n')
    equal(asked_with(host, place, 'b.example.com', proxy, TF_CLI_CONFIG_FILE=other), 'Bearer other')
    equal(asked_with(host, place, 'a.example.com', proxy, TF_CLI_CONFIG_FILE=other), 'Bearer stored')
    place.write('home/.terraform.d/a.tfrc', 'credentials "c.example.com" { token = "a" }\n')
    place.write('home/.terraform.d/b.tfrc', 'credentials "c.example.com" { token = "b" }\n')
    equal(asked_with(host, place, 'c.example.com', proxy), 'Bearer b')


HELPER = '''#!/bin/sh
echo "$*" >>"%(folder)s/asked"
tr '\\0' ' ' </proc/$PPID/cmdline >>"%(folder)s/asked"
case "$*" in
*" get "*) cat "%(folder)s/kept" 2>/dev/null || echo "{}" ;;
*" store "*) umask 077; cat >"%(folder)s/kept" ;;
*" forget "*) rm -f "%(folder)s/kept" ;;
esac
'''


def test_helper(setting):
    host, place = setting.host(), setting.place()
    name = 'app.example.com'
    place.rc(service_block(host, name, login_v1=login_service(host)) + 'credentials_helper "test" {\n  args = ["--safe", "x y"]\n}\n')
    plugins = 'home/.terraform.d/plugins/'
    program = plugins + 'terraform-credentials-test_v1.10.0'
    place.write(program, HELPER % {'folder': place.folder}, 0o755)
    place.write(plugins + 'terraform-credentials-test_v1.9.0', '#!/bin/sh\nexit 9\n', 0o755)
    place.write(plugins + 'terraform-credentials-test', '#!/bin/sh\nexit 9\n', 0o755)
    result = place.run('login', name, answers=['yes\n'])
    equal((result.code, os.path.exists(place.credentials)), (0, False))
    contains(result.out, 'the credentials helper "test" of your CLI configuration')
    with open(os.path.join(place.folder, 'kept')) as file:
        equal(file.read(), '{"token":"%s"}' % TOKEN)
    silent(place, result)
    result = place.run('logout', name)
    equal(result.code, 0)
    contains(result.out, 'from the configured\n"test" credentials helper.')
    assert not os.path.exists(os.path.join(place.folder, 'kept'))
    with open(os.path.join(place.folder, 'asked')) as file:
        asked = file.read()
    contains(asked, '--safe x y store app.example.com', '--safe x y forget app.example.com')
    for script, said in (('echo "the vault is \x1b[31mlocked" >&2; exit 3', 'the vault is [31mlocked'), ('exit 3', 'ended with code 3 and gave no reason')):
        place.write(program, '#!/bin/sh\n%s\n' % script, 0o755)
        fails(place.run('login', name, answers=['yes\n']), 'Error: Failed to save API token', said)
        fails(place.run('logout', name), 'Error: Failed to remove API token', said)
    # What the file has stands above the helper, and stays there.
    place.write('home/.terraform.d/credentials.tfrc.json', '{"credentials":{"%s":{"token":"old"}}}' % name)
    equal(place.run('login', name, answers=['yes\n']).code, 0)
    equal(place.stored(), {name: {'token': TOKEN}})
    shutil.rmtree(os.path.join(place.home, '.terraform.d'))
    result = place.run('login', name, answers=['yes\n'])
    equal((result.code, place.stored()), (0, {name: {'token': TOKEN}}))
    contains(result.all, 'Warning: The credentials helper is not installed', 'terraform-credentials-test')


def test_helper_stopped(setting):
    host, place = setting.host(), setting.place()
    place.rc(service_block(host, 'app.example.com', login_v1=login_service(host)) + 'credentials_helper "test" {}\n')
    mark = os.path.join(place.folder, 'pid')
    place.write('home/.terraform.d/plugins/terraform-credentials-test', '#!/bin/sh\necho $$ >%s.new\nmv %s.new %s\nexec sleep 300\n' % (mark, mark, mark),
                0o755)
    fails(place.run('logout', 'app.example.com', interrupt=lambda said: os.path.exists(mark)), 'Failed to remove API token', 'interrupted')
    with open(mark) as file:
        assert not os.path.exists('/proc/' + file.read().strip()), 'the helper is still there'


def test_helper_as_stock(setting):
    host, said = setting.host(), []
    for place in (setting.stock(), setting.place()):
        place.rc(service_block(host, 'app.example.com', login_v1=login_service(host)) + 'credentials_helper "test" {\n  args = ["-a"]\n}\n')
        place.write('home/.terraform.d/plugins/terraform-credentials-test', (HELPER % {'folder': place.folder}).replace('tr ', '#'), 0o755)
        outputs = [place.run('login', 'app.example.com', answers=['yes\n']), place.run('logout', 'app.example.com')]
        with open(os.path.join(place.folder, 'asked')) as file:
            said.append(([(result.code, skeleton(result.out, place.home)) for result in outputs], file.read()))
    equal(said[1], said[0])


def test_proxy(setting):
    host, place = setting.host(), setting.place()
    proxy = server.Proxy(host.port)
    env = {'HTTPS_PROXY': proxy.url, 'BROWSER_HOST': host.name}
    result = place.run('login', 'login.example.com', answers=['yes\n'], env=env)
    equal((result.code, place.stored(), host.problems), (0, {'login.example.com': {'token': TOKEN}}, []))
    equal(set(proxy.tunnels), {'login.example.com:443'})
    proxy.tunnels.clear()
    for no_proxy in ('login.example.com', '.example.com', '*'):
        fails(place.run('login', 'login.example.com', env=dict(env, NO_PROXY=no_proxy)), 'Error: Service discovery failed for login.example.com')
    equal(proxy.tunnels, [])
    proxy.close()
    fails(place.run('login', 'login.example.com', env=env), 'Error: Service discovery failed for login.example.com')


def test_private_ca(setting):
    host, place = setting.host(), setting.place()
    result = place.run('login', host.name, env={'SSL_CERT_FILE': '/dev/null', 'SSL_CERT_DIR': '/nowhere'})
    fails(result, 'Error: Service discovery failed for ' + host.name, 'certificate')
    folder = os.path.join(place.folder, 'ca')
    os.makedirs(folder)
    shutil.copy(os.path.join(setting.certificates, 'cert.pem'), os.path.join(folder, 'ours.pem'))
    subprocess.run(['openssl', 'rehash', folder], check=True, stdout=subprocess.DEVNULL)
    result = place.run('login', host.name, answers=['yes\n'], env={'SSL_CERT_FILE': None, 'SSL_CERT_DIR': folder})
    equal((result.code, place.stored()), (0, {host.name: {'token': TOKEN}}))


def test_browsers(setting):
    host, place = setting.host(), setting.place()
    result = place.run('login', host.name, answers=['yes\n'], env={'BROWSER': '/nowhere/x:%s --new-window %%s' % place.browser})
    equal(result.code, 0)
    seen = place.seen()
    equal(seen['arguments'], ['--new-window', seen['url']])
    contains(result.out, 'If none appears, open this URL yourself:\n    %s\n' % seen['url'])
    os.remove(place.browser_log)
    equal(place.run('login', host.name, answers=['yes\n'], env={'BROWSER': None}).code, 0)  # xdg-open
    os.remove(place.browser_log)

    def person(said):  # reads the address, and opens it
        address = re.search(r'Open this URL, the login page of localhost:\d+, in a web browser:\n    (https://\S+)\n', said)
        if address and not opened:
            opened.append(address.group(1))
            subprocess.run([place.browser, address.group(1)], env=dict(place.env), check=True)
    opened = []
    result = place.run('login', host.name, answers=['yes\n'], env={'BROWSER': None, 'PATH': place.work}, interrupt=person)
    equal((result.code, len(opened), host.problems), (0, 1, []))


def test_chromium(setting):
    chromium = os.environ.get('CHROMIUM', '/usr/bin/chromium')
    if not os.access(chromium, os.X_OK):
        raise Skipped(chromium + ' is missing (apt-get install chromium)')
    host, place = setting.host(), setting.place()
    shown = os.path.join(place.folder, 'shown')
    os.mkfifo(shown)
    browser = place.write('browser', '#!/bin/sh\nexec "%s" --headless --no-sandbox --disable-gpu --ignore-certificate-errors --user-data-dir="%s/profile" '
                          '--dump-dom "$1" >"%s"\n' % (chromium, place.folder, shown), 0o755)
    page = []
    reader = threading.Thread(target=lambda: page.append(open(shown).read()), daemon=True)
    reader.start()
    result = place.run('login', host.name, answers=['yes\n'], env={'BROWSER': browser})
    equal((result.code, place.stored(), host.problems), (0, {host.name: {'token': TOKEN}}, []))
    reader.join(driver.PATIENCE)
    contains(''.join(page), 'You can close this page')


def test_cli_configuration_in_every_command(setting):
    programs = [setting.place()] + ([setting.place(driver.STOCK)] if driver.STOCK else [])
    for arguments in (['version'], ['version', '-json'], ['-help'], ['plan'], ['nonsense'], ['-chdir=/nowhere', 'plan'], ['fmt', '-']):
        heads = []
        for place in programs:
            result = place.run(*arguments, env={'TF_CLI_CONFIG_FILE': '/nope' + '/long name' * 12})
            heads.append(result.raw_err.split('does not exist.\n╵\n\n')[0])
            contains(result.raw_err, 'does not exist.\n╵\n\n')
            contains(result.all, 'Warning: Unable to open CLI configuration file')
        equal(heads[0], heads[-1])
        assert heads[0].startswith('There are some problems with the CLI configuration:\n╷\n│ Warning')
    for text, summary in (('foo {', 'Error: Error parsing '), ('credentials "..a" {\n}', 'Error: The credentials "..a" block has an invalid hostname'),
                          ('credentials_helper "a" {\n}\ncredentials_helper "b" {\n}', 'Error: No more than one credentials_helper block')):
        said = []
        for place in programs:
            place.rc(text)
            result = place.run('version')
            contains(result.err, summary)
            said.append((result.code, result.err.split('╵\n\n')[1].replace('Parterre', 'Terraform')))
        equal(said[0], said[-1])
        equal(said[0][1], 'As a result of the above problems, Terraform may not behave as intended.\n\n\n')
