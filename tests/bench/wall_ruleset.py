#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wall_ruleset.py RULES FOLDER [long]: a policy and a loaded ruleset of about RULES rules that keeps to it, as a contractor
would have grown it over the years: hosts, networks, ports, ranges, IPv4 and IPv6, exceptions before what they except.
`long`: all in one chain, else a chain for each pair of zones. Always the same."""
import random
import sys

ZONES = {"lgwan": ("lg0", "10.20", "fd00:20"), "cloud": ("sc0", "10.40", "fd00:40"), "school": ("ky0", "10.25", "fd00:25"),
         "internet": ("in0", "10.30", "fd00:30")}
PAIRS = [("lgwan", "school"), ("school", "lgwan"), ("internet", "cloud"), ("cloud", "internet")]


def policy():
    trust = {"lgwan": 2, "school": 2, "cloud": 1, "internet": 1}
    lines = ['organisation "見本町"', "model alpha"]
    for zone, (interface, v4, v6) in ZONES.items():
        lines += [f'zone {zone} "{zone}" {{', f"    trust {trust[zone]}", f"    network {v4}.0.0/16, {v6}::/32",
                  f"    interface {interface}", "}"]
    lines += [f"flow from {a} to {b} tcp 1-65535 udp 1-65535" for a, b in PAIRS]
    return "\n".join(lines) + "\n"


def host(rng, zone, v6):
    _, v4, six = ZONES[zone]
    a, b = rng.randrange(256), rng.randrange(1, 255)
    if v6:
        return f"{six}:{a:x}::{b:x}" if rng.random() < 0.8 else f"{six}:{a:x}::/48"
    kind = rng.random()
    return f"{v4}.{a}.{b}" if kind < 0.7 else f"{v4}.{a}.0/24" if kind < 0.9 else f"{v4}.{a & 0xf0}.0/20"


def rule(rng, pair, number):
    v6 = rng.random() < 0.3
    family = "ip6" if v6 else "ip"
    port = rng.choice([22, 25, 53, 80, 123, 443, 445, 514, 993, 1433, 3306, 5432, 8080, rng.randrange(1024, 60000)])
    ports = f"{port}" if rng.random() < 0.8 else f"{port}-{min(port + rng.randrange(100), 65535)}"
    words = [f"{family} saddr {host(rng, pair[0], v6)}", f"{family} daddr {host(rng, pair[1], v6)}",
             f"{rng.choice(['tcp', 'udp'])} dport {ports}"]
    if rng.random() < 0.1:
        del words[0]
        words.insert(0, f"{family} saddr {ZONES[pair[0]][2]}::/32" if v6 else f"ip saddr {ZONES[pair[0]][1]}.0.0/16")
    return " ".join(words) + (" drop" if rng.random() < 0.15 else " accept") + f' comment "rule {number}"'


def ruleset(rules, long):
    rng = random.Random(20261123)
    chains = {pair: [] for pair in PAIRS}
    order = []
    for number in range(rules):
        pair = rng.choice(PAIRS)
        text = rule(rng, pair, number)
        chains[pair].append(text)
        order.append((pair, text))
    out = ["table inet firewall {"]
    if not long:
        for (a, b), texts in chains.items():
            out += [f"    chain {a}_{b} {{", *("        " + t for t in texts), "    }"]
    out += ["    chain forward {", "        type filter hook forward priority filter; policy drop;"]
    for a, b in PAIRS:  # answers, of connections that were let in
        for way, (x, y) in (("original", (a, b)), ("reply", (b, a))):
            for family, prefix in (("ip", 1), ("ip6", 2)):
                tail = ".0.0/16" if prefix == 1 else "::/32"
                out.append(f"        iifname {ZONES[x][0]} oifname {ZONES[y][0]} ct state established ct direction {way} "
                           f"{family} saddr {ZONES[x][prefix]}{tail} {family} daddr {ZONES[y][prefix]}{tail} "
                           f"meta l4proto {{ tcp, udp }} th {'dport' if way == 'original' else 'sport'} 1-65535 accept")
    out.append("        ct state != new drop")
    if long:
        out += [f"        iifname {ZONES[a][0]} oifname {ZONES[b][0]} {text}" for (a, b), text in order]
    else:
        out += [f"        iifname {ZONES[a][0]} oifname {ZONES[b][0]} goto {a}_{b}" for a, b in PAIRS]
    out += ["    }", "    chain input {", "        type filter hook input priority filter; policy drop;",
            "        iifname lo accept", "    }", "    chain output {",
            "        type filter hook output priority filter; policy drop;", "        oifname lo accept", "    }", "}"]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    folder = sys.argv[2]
    with open(f"{folder}/policy.conf", "w", encoding="utf-8") as file:
        file.write(policy())
    with open(f"{folder}/ruleset.nft", "w", encoding="utf-8") as file:
        file.write(ruleset(int(sys.argv[1]), "long" in sys.argv[3:]))
