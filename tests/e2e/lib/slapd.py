# SPDX-License-Identifier: Apache-2.0
"""A real slapd with certificates of a test CA, on loopback, in a folder of its own. Every name in it is made up."""
import base64
import os
import signal
import socket
import subprocess
import tempfile
import time

BASE = "dc=town,dc=example"
SECRET = "kagi-wa-kagi-7"
SCHEMA = "/etc/ldap/schema"
# What Active Directory has and slapd does not, under its names and numbers.
AD = """
attributetype ( 1.2.840.113556.1.4.146 NAME 'objectSid' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.98 NAME 'primaryGroupID' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.6 NAME 'securityPrincipal' SUP top AUXILIARY MAY ( objectSid $ primaryGroupID ) )
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_ca(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
            f"/CN=test {name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")


def make_certificate(folder, ca, name, host):
    with open(f"{folder}/{name}.ext", "w", encoding="utf-8") as f:
        f.write(f"subjectAltName={host}\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN=test {name}", "-keyout",
            f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{ca}.pem", "-CAkey", f"{folder}/{ca}.key",
            "-CAcreateserial", "-days", "30", "-extfile", f"{folder}/{name}.ext", "-out", f"{folder}/{name}.pem")


class Slapd:
    """One that listens with TLS and without; its log tells of every bind and search."""

    def __init__(self, folder, certificate="server"):
        self.certificates, self.folder = folder, tempfile.mkdtemp(prefix="slapd-", dir=folder)
        self.tls, self.plain = free_port(), free_port()
        os.makedirs(f"{self.folder}/db")
        self.write_conf(certificate)
        self.process = None
        self.start()

    def write_conf(self, certificate):
        with open(f"{self.folder}/slapd.conf", "w", encoding="utf-8") as f:
            f.write("".join(f"include {SCHEMA}/{s}.schema\n" for s in ("core", "cosine", "inetorgperson")) + AD + f"""
pidfile {self.folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
TLSCACertificateFile {self.certificates}/ca.pem
TLSCertificateFile {self.certificates}/{certificate}.pem
TLSCertificateKeyFile {self.certificates}/{certificate}.key
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
database mdb
maxsize 104857600
suffix "{BASE}"
rootdn "cn=root,{BASE}"
rootpw {SECRET}
directory {self.folder}/db
overlay ppolicy
""")

    def plant(self):
        self.entry(BASE, objectClass=["dcObject", "organization"], dc="town", o="town")
        for ou in ("people", "groups"):
            self.entry(f"ou={ou},{BASE}", objectClass="organizationalUnit", ou=ou)

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/slapd", "-d", "stats", "-f", f"{self.folder}/slapd.conf", "-h",
                                         f"ldaps://127.0.0.1:{self.tls} ldap://127.0.0.1:{self.plain}"],
                                        stdout=subprocess.DEVNULL,
                                        stderr=open(f"{self.folder}/log", "ab"))
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.plain), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("slapd does not start")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def log(self):
        return open(f"{self.folder}/log", encoding="utf-8", errors="replace").read()

    def change(self, ldif):
        subprocess.run(["ldapmodify", "-x", "-H", f"ldap://127.0.0.1:{self.plain}", "-D", f"cn=root,{BASE}", "-w", SECRET],
                       input=ldif, text=True, check=True, capture_output=True)

    def entry(self, dn, **values):
        lines = [f"dn: {dn}", "changetype: add"]
        for name, value in values.items():
            for v in value if isinstance(value, list) else [value]:
                data = v if isinstance(v, bytes) else v.encode()
                lines.append(f"{name}:: {base64.b64encode(data).decode()}")
        self.change("\n".join(lines) + "\n")

    def person(self, uid, label, section="", title="", **more):
        values = {"objectClass": "inetOrgPerson", "uid": uid, "cn": uid, "sn": "x", "displayName": label, **more}
        if section:
            values.update(departmentNumber=section, title=title)
        self.entry(f"cn={uid},ou=people,{BASE}", **values)

    def group(self, name, *members):
        self.entry(f"cn={name},ou=groups,{BASE}", objectClass="groupOfNames", cn=name, member=list(members))

    def delete(self, dn):
        self.change(f"dn: {dn}\nchangetype: delete\n")

    def replace(self, dn, name, value):
        data = base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
        self.change(f"dn: {dn}\nchangetype: modify\nreplace: {name}\n{name}:: {data}\n")


def person_dn(uid):
    return f"cn={uid},ou=people,{BASE}"


def group_dn(name):
    return f"cn={name},ou=groups,{BASE}"
