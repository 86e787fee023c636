/** Reads an OpenAPI 3 document into what the page shows: groups of calls, each with its parts in plain lines. */
type Json = Record<string, unknown>;
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  description?: string;
  default?: unknown;
};
type Content = Record<string, { schema?: Schema }>;
type Parameter = { $ref?: string; name: string; in: string; required?: boolean; description?: string; schema?: Schema };
type Operation = {
  summary?: string;
  description?: string;
  operationId?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content?: Content };
  responses?: Record<string, { $ref?: string; description?: string; content?: Content }>;
};
export type Document = {
  info?: { title?: string; version?: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: Json;
};

export type Line = { name: string; depth: number; type: string; needed: boolean; about: string };
export type Call = {
  id: string;
  method: string;
  path: string;
  title: string;
  about: string;
  parameters: { name: string; place: string; type: string; needed: boolean; about: string }[];
  body: Line[];
  answers: { status: string; about: string; lines: Line[] }[];
};
export type Group = { name: string; calls: Call[] };

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH = 5; // deeper parts are named by their type

export function groupsOf(document: Document): Group[] {
  const groups = new Map<string, Call[]>();
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (!operation) continue;
      const name = operation.tags?.[0] ?? groupName(path);
      groups.set(name, [...(groups.get(name) ?? []), callOf(document, method, path, operation)]);
    }
  }
  return [...groups].map(([name, calls]) => ({ name, calls })).sort((a, b) => a.name.localeCompare(b.name));
}

/** /api/v1/projects/{project}/sessions → sessions */
function groupName(path: string): string {
  const words = path.split("/").filter((part) => part && !part.startsWith("{") && !["api", "v1"].includes(part));
  return (words[0] === "projects" ? words[1] : undefined) ?? words[0] ?? "other";
}

function callOf(document: Document, method: string, path: string, operation: Operation): Call {
  const schema = (content?: Content) => (content?.["application/json"] ?? Object.values(content ?? {})[0])?.schema;
  return {
    id: `${method}-${path}`.replace(/[^a-z0-9]+/gi, "-"),
    method: method.toUpperCase(),
    path,
    title: operation.summary ?? "",
    about: operation.description ?? "",
    parameters: (operation.parameters ?? [])
      .map((each) => resolve(document, each))
      .map((each) => ({
        name: each.name,
        place: each.in,
        type: typeOf(document, each.schema),
        needed: !!each.required,
        about: each.description ?? each.schema?.description ?? "",
      })),
    body: linesOf(document, schema(operation.requestBody?.content)),
    answers: Object.entries(operation.responses ?? {})
      .map(([status, answer]) => ({ status, ...resolve(document, answer) }))
      .map(({ status, description = "", content }) => ({
        status,
        about: description,
        lines: linesOf(document, schema(content)),
      })),
  };
}

function resolve<T extends { $ref?: string }>(document: Document, part: T): T {
  if (!part.$ref) return part;
  const steps = part.$ref.replace(/^#\//, "").split("/");
  const found = steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step.replaceAll("~1", "/")], document);
  return (found as T | undefined) ?? part;
}

const lastPart = (reference: string) => reference.split("/").at(-1) ?? reference;

export function typeOf(document: Document, schema: Schema | undefined): string {
  if (!schema) return "";
  if (schema.$ref) {
    const named = resolve(document, schema);
    return named.enum ? typeOf(document, named) : lastPart(schema.$ref);
  }
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((each) => typeOf(document, each)).join(" | ");
  if (schema.type === "array") return `${typeOf(document, schema.items) || "any"}[]`;
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  return schema.format ? `${type} (${schema.format})` : type;
}

function linesOf(document: Document, schema: Schema | undefined, depth = 0, seen: string[] = []): Line[] {
  if (!schema || depth > DEPTH) return [];
  const inner = resolve(document, schema);
  const names = schema.$ref ? [...seen, schema.$ref] : seen;
  if (schema.$ref && seen.includes(schema.$ref)) return [];
  if (inner.type === "array") return linesOf(document, inner.items, depth, names);
  const choices = inner.oneOf ?? inner.anyOf ?? inner.allOf;
  if (choices) return choices.flatMap((each) => linesOf(document, each, depth, names));
  return Object.entries(inner.properties ?? {}).flatMap(([name, part]) => [
    {
      name,
      depth,
      type: typeOf(document, part),
      needed: !!inner.required?.includes(name),
      about: resolve(document, part).description ?? part.description ?? "",
    },
    ...linesOf(document, part, depth + 1, names),
  ]);
}
