# SPDX-License-Identifier: Apache-2.0
"""Holds answers against data/openapi.json: a validator for the part of JSON Schema 2020-12 that the
document uses. A keyword that it does not know is an error, so that no part of a schema is passed over."""
import json
import re

KNOWN = {"type", "enum", "const", "pattern", "properties", "required", "additionalProperties", "propertyNames", "items",
         "oneOf", "minimum", "maximum", "minLength", "maxLength", "maxItems", "uniqueItems", "description", "format",
         "default", "$ref"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}


class Wrong(AssertionError):
    pass


def is_type(value, name):
    if name == "null":
        return value is None
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.doc = json.load(f)

    def follow(self, node):
        while "$ref" in node:
            at = self.doc
            for key in node["$ref"].removeprefix("#/").split("/"):
                at = at[key]
            node = at
        return node

    def check(self, value, schema, where="$"):
        schema = self.follow(schema)
        unknown = set(schema) - KNOWN
        if unknown:
            raise Wrong(f"{where}: schema words not understood: {unknown}")
        if "oneOf" in schema:
            fits = 0
            for one in schema["oneOf"]:
                try:
                    self.check(value, one, where)
                    fits += 1
                except Wrong:
                    pass
            if fits != 1:
                raise Wrong(f"{where}: {value!r} fits {fits} of oneOf")
        if "type" in schema:
            names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not any(is_type(value, name) for name in names):
                raise Wrong(f"{where}: {value!r} is not {names}")
        if "enum" in schema and value not in schema["enum"]:
            raise Wrong(f"{where}: {value!r} is not in {schema['enum']}")
        if "const" in schema and value != schema["const"]:
            raise Wrong(f"{where}: {value!r} is not {schema['const']!r}")
        if isinstance(value, str):
            self.check_string(value, schema, where)
        elif isinstance(value, int) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                raise Wrong(f"{where}: {value} out of range")
        elif isinstance(value, list):
            self.check_array(value, schema, where)
        elif isinstance(value, dict):
            self.check_object(value, schema, where)

    def check_string(self, value, schema, where):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            raise Wrong(f"{where}: {value!r} does not match {schema['pattern']}")
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            raise Wrong(f"{where}: {len(value)} characters")

    def check_array(self, value, schema, where):
        if len(value) > schema.get("maxItems", len(value)):
            raise Wrong(f"{where}: too many items")
        if schema.get("uniqueItems") and len({json.dumps(v, sort_keys=True) for v in value}) != len(value):
            raise Wrong(f"{where}: an item twice")
        for i, item in enumerate(value):
            self.check(item, schema.get("items", {}), f"{where}[{i}]")

    def check_object(self, value, schema, where):
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                raise Wrong(f"{where}: no {name}")
        for name, item in value.items():
            if "propertyNames" in schema:
                self.check(name, schema["propertyNames"], f"{where} name {name}")
            if name in properties:
                self.check(item, properties[name], f"{where}.{name}")
                continue
            more = schema.get("additionalProperties", True)
            if more is False:
                raise Wrong(f"{where}: {name} is not in the schema")
            if isinstance(more, dict):
                self.check(item, more, f"{where}.{name}")

    def operation(self, method, path):
        """The operation for a path below /api/v1 (or on the content origin), by its template."""
        literal = self.doc["paths"].get(path)
        if literal is not None:
            return literal.get(method.lower()), path
        for template, item in self.doc["paths"].items():
            pattern = re.escape(template).replace(r"\{path\}", ".+")
            pattern = re.sub(r"\\\{[a-z]+\\\}", "[^/]+", pattern)
            if re.fullmatch(pattern, path):
                return item.get(method.lower()), template
        return None, None

    def check_answer(self, method, path, status, headers, body):
        """Raises Wrong where the answer is not one that the document names."""
        operation, template = self.operation(method, path)
        if operation is None:
            if status not in (404, 405, 400, 413, 421, 431, 505):
                raise Wrong(f"{method} {path}: {status}, and the document has no such operation")
            return self.check_problem(status, headers, body, None)
        if status in (431, 505, 413, 421, 400) and str(status) not in operation["responses"]:
            return self.check_problem(status, headers, body, None)
        if str(status) not in operation["responses"]:
            raise Wrong(f"{method} {template}: {status} is not documented: {body!r}")
        response = self.follow(operation["responses"][str(status)])
        for name in response.get("headers", {}):
            if name.lower() not in headers:
                raise Wrong(f"{method} {template} {status}: no header {name}")
        content = response.get("content", {})
        media = headers.get("content-type", "").split(";")[0]
        if not content:
            if body:
                raise Wrong(f"{method} {template} {status}: a body that is not documented")
            return
        if media not in content:
            raise Wrong(f"{method} {template} {status}: {media} is not documented")
        if media == "application/problem+json":
            return self.check_problem(status, headers, body, operation)
        if media == "application/json":
            self.check(json.loads(body), content[media]["schema"])

    def check_problem(self, status, headers, body, operation):
        if headers.get("content-type") != "application/problem+json":
            raise Wrong(f"{status}: {headers.get('content-type')} is no problem")
        problem = json.loads(body)
        self.check(problem, {"$ref": "#/components/schemas/Problem"})
        if problem["status"] != status:
            raise Wrong(f"{status}, and the body says {problem['status']}")
        if operation is not None and problem["code"] not in operation["x-codes"]:
            raise Wrong(f"{operation['operationId']}: {problem['code']} is not in its x-codes")

    def check_examples(self):
        """Every example fits its schema. Returns how many there were."""
        seen = 0

        def walk(node):
            nonlocal seen
            if isinstance(node, dict):
                if "schema" in node and "examples" in node:
                    for name, example in node["examples"].items():
                        self.check(example["value"], node["schema"], f"example {name}")
                        seen += 1
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(self.doc)
        return seen
