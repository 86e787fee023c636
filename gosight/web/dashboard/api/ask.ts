/** Questions and changes whose addresses, parameters, bodies and replies are those of the server's own openapi.json. */
import { change, type Query } from "./client";
import type { paths } from "./schema";

/** An address to read, with the type of its reply. */
export type Ask<T> = { readonly url: string; readonly reply?: T };

type Method = "get" | "post" | "patch" | "delete";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];
type Parameter<O, Place extends "path" | "query"> = O extends { parameters: Record<Place, infer Names> }
  ? Names
  : unknown;
type Named<O> = unknown extends Parameter<O, "path"> ? Record<never, string> : Parameter<O, "path">;
type Asked<O> = O extends { parameters: { query?: infer Names } } ? { [N in keyof Names]: Names[N] | null } : Query;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : undefined;
type Data<R> = R extends { content: { "application/json": { data: infer D } } } ? D : void;
export type ReplyOf<O> = O extends { responses: infer R } ? Data<R[keyof R & (200 | 201)]> : never;

const ROOT = "/api/v1";

/** Fills {project} and the like in; the client knows the root. */
function filled(path: string, names: object): string {
  const given = names as Record<string, string>;
  return path.slice(ROOT.length).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ""));
}

/** A query as it stands in the address: what is null or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

export function ask<P extends PathsWith<"get">>(
  path: P,
  names: Named<paths[P]["get"]>,
  query?: Asked<paths[P]["get"]>,
): Ask<ReplyOf<paths[P]["get"]>> {
  return { url: address(filled(path, names as object), query as Query) };
}

export function post<P extends PathsWith<"post">>(
  path: P,
  names: Named<paths[P]["post"]>,
  body: Body<paths[P]["post"]> | Record<never, never>,
): Promise<ReplyOf<paths[P]["post"]>> {
  return change("POST", filled(path, names as object), body);
}

export function patch<P extends PathsWith<"patch">>(
  path: P,
  names: Named<paths[P]["patch"]>,
  body: Body<paths[P]["patch"]>,
): Promise<ReplyOf<paths[P]["patch"]>> {
  return change("PATCH", filled(path, names as object), body);
}

export function remove<P extends PathsWith<"delete">>(path: P, names: Named<paths[P]["delete"]>): Promise<void> {
  return change("DELETE", filled(path, names as object));
}
