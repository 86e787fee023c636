/** The project that the page stands in, for every component inside its frame. */
import { createContext } from "svelte";
import type { Permission, Project } from "../api/types";
import type { View } from "../address/view";

export type Open = {
  readonly id: string;
  readonly project: Project;
  /** the project's own zone; a view of figures may use another */
  readonly zone: string;
  readonly view: View;
  can(permission: Permission): boolean;
  reload(): void;
};

export const [openProject, provideProject] = createContext<Open>();
