from backends.remote import Tfe


class Cloud(Tfe):
    name = "cloud"
    host = "cloud.test"
    workspaces = False

    def workspace(self, key):
        return f'name = "{key}"'


ALL = [Cloud()]
