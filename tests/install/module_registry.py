"""What registry.py answers about modules: a registry (modules.v1), and archives for plain addresses. Names of modules say
what is wrong with them. Each module has a resource, an output "version" and a folder "inner"."""
import bz2, gzip, io, lzma, os, subprocess, tarfile, threading, zipfile

VERSIONS = ['0.9.0', '1.0.0', '1.1.0', '1.2.0-beta1', '2.0.0']


def files(name, version):
    found = {
        'main.tf': 'output "version" {\n  value = terraform_data.this.output\n}\n'
                   'resource "terraform_data" "this" {\n  input = "%s %s"\n}\n' % (name, version),
        'inner/main.tf': 'output "version" {\n  value = "inner of %s %s"\n}\n' % (name, version),
        '.hidden': 'kept in the first copy only\n',
    }
    if name == 'nesting':
        found['main.tf'] += 'module "inner" {\n  source = "./inner"\n}\n' \
                            'module "good" {\n  source  = "reg.example.com/mod/good/aws"\n  version = "~> 1.0"\n}\n'
    if name == 'requiring':
        found['main.tf'] += 'terraform {\n  required_providers {\n    x = { source = "reg.example.com/test/good", version = "~> 1.0" }\n  }\n}\n'
    if name == 'cyclic':
        found['main.tf'] += 'module "again" {\n  source  = "reg.example.com/mod/cyclic/aws"\n}\n'
    if name == 'mistaken':
        found['main.tf'] += 'output "x" {}\n'
    if name == 'wrapped':
        found = {'wrapped-%s/%s' % (version, path): text for path, text in found.items()}
    if name == 'escaping':
        found['../../escaped.tf'] = '# outside\n'
    return found


def make_zip(name, version):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for path, text in files(name, version).items():
            archive.writestr(path, text)
    return out.getvalue()


def make_tar(name, version, compression):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as archive:
        def add(path, kind, text='', target=''):
            info = tarfile.TarInfo(path)
            info.type, info.size, info.linkname, info.mode = kind, len(text), target, 0o644
            archive.addfile(info, io.BytesIO(text.encode()))
        for path, text in files(name, version).items():
            add(path, tarfile.REGTYPE, text)
        if name == 'linked':
            add('link', tarfile.SYMTYPE, target='/etc')
            add('link/escaped.tf', tarfile.REGTYPE, '# outside\n')
    return compression(out.getvalue())


def make_archive(file):
    """FILE is NAME-VERSION.zip, .tar.gz, .tgz, .tar.bz2, .tar.xz or without an extension (a zip)."""
    zipped = lambda archive: gzip.compress(archive, mtime=0)
    for extension, compression in (('.tar.gz', zipped), ('.tgz', zipped), ('.tar.bz2', bz2.compress),
                                   ('.tar.xz', lzma.compress), ('.tar', bytes)):
        if file.endswith(extension):
            return make_tar(*file[:-len(extension)].split('-', 1), compression)
    return make_zip(*file.removesuffix('.zip').split('-', 1))


def git(folder, *arguments):
    settings = {'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_AUTHOR_NAME': 'n', 'GIT_AUTHOR_EMAIL': 'n@example.com',
                'GIT_COMMITTER_NAME': 'n', 'GIT_COMMITTER_EMAIL': 'n@example.com'}
    subprocess.run(('git', '-C', folder) + arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=dict(os.environ, **settings))


def make_repository(folder):
    """A repository with a tag for each version and a branch "side"."""
    if os.path.isdir(folder):
        return folder
    os.makedirs(folder)
    git(folder, 'init', '-q', '-b', 'main')
    for version in VERSIONS + ['side']:
        if version == 'side':
            git(folder, 'checkout', '-q', '-b', 'side')
        for path, text in files('git', version).items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), 'w') as out:
                out.write(text)
        git(folder, 'add', '-A')
        git(folder, 'commit', '-q', '-m', version)
        if version != 'side':
            git(folder, 'tag', 'v' + version)
    git(folder, 'checkout', '-q', 'main')
    return folder


def module(handler, name, rest, folder):
    """NAME of reg.example.com/mod/NAME/aws; REST is ["versions"] or [VERSION, "download"]."""
    def answer(*arguments, **options):
        handler.answer(*arguments, **options)
    if name == 'unknown':
        return answer({'errors': ['Not Found']}, 404)
    if name == 'html':
        return answer('<html>hello</html>', 200, 'text/html')
    if name == 'broken':
        return answer('{"modules": [', 200)
    if name == 'failing':
        return answer('{}', 500)
    if name == 'flaky' and handler.attempts(handler.path) == 1:
        return answer('{}', 503)
    if name == 'private' and handler.headers.get('Authorization') != 'Bearer open-sesame':
        return answer('{}', 401)
    if rest == ['versions']:
        if name == 'nothing':
            return answer({'modules': []})
        versions = {'none': [], 'odd': ['1.0.0', 'soon', '1.0']}.get(name, VERSIONS)
        return answer({'modules': [{'source': name, 'versions': [{'version': v} for v in versions]}]})
    version = rest[0]
    if name == 'gone':
        return answer({'errors': ['Not Found']}, 404)
    location = {
        'git': 'git::file://%s?ref=v%s' % (folder, version),
        'wrapped': '/archives/wrapped-%s.zip//wrapped-%s' % (version, version),
        'relative': './archive?archive=tar.gz',
        'globbed': '/archives/wrapped-%s.zip//*?archive=zip' % version,
        'nonsense': 'what is this',
        'file': 'file:///etc',
        'plain': 'http://localhost:%s/archives/plain-%s.zip' % (os.environ.get('PLAIN_PORT', '9'), version),
    }.get(name, '/archives/%s-%s.tar.gz' % (name, version))
    if name == 'git':
        make_repository(folder)
    if rest[1:] == ['archive']:
        return answer(make_archive('%s-%s.tar.gz' % (name, version)), kind='application/gzip')
    if name == 'document':
        return answer({'location': location}, 200)
    answer('', 204, headers=() if name == 'nowhere' else [('X-Terraform-Get', location)])


def archive(handler, rest, repository):
    """Paths below /archives/."""
    file = rest[0]
    if file.startswith('header-'):
        return handler.answer('', 204, headers=[('X-Terraform-Get', '/archives/' + file[len('header-'):])])
    if file.startswith('meta'):
        return handler.answer('<html><head><meta name="terraform-get" content="git::file://%s?ref=v1.0.0"></head></html>'
                              % repository, kind='text/html')
    if file.startswith('passed-on'):
        return handler.answer('', 204, headers=[('X-Terraform-Get', 'git::file://%s//inner?ref=v1.0.0' % repository)])
    if file.startswith('moved-'):
        return handler.answer('', 302, headers=[('Location', '/archives/' + file[len('moved-'):])])
    if file.startswith('loop'):
        return handler.answer('', 204, headers=[('X-Terraform-Get', '/archives/loop?x=1')])
    if file.startswith('stuck') and handler.attempts(handler.path) == 1:
        threading.Event().wait()  # until the server ends
    if file.startswith('missing'):
        return handler.answer('nothing here', 404, 'text/plain')
    if file.startswith('damaged'):
        return handler.answer('this is no archive', kind='application/zip')
    if file.startswith('listed-') and handler.headers.get('Authorization'):
        return handler.answer('a token came along', 400, 'text/plain')
    handler.answer(make_archive(file.split('?')[0]), kind='application/octet-stream')
