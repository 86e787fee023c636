/** Who is signed in, and which projects that member may see. */
import { changes, questions } from "../api";
import { read, whenSignedOut } from "../api/client";
import type { Me, ProjectItem } from "../api/types";

const LAST = "gosight-project";

class Who {
  /** undefined until the first answer: nobody knows yet */
  me = $state.raw<Me | null | undefined>(undefined);
  projects = $state.raw<ProjectItem[] | null>(null);
  error = $state.raw<Error | null>(null);

  start = async () => {
    this.error = null;
    whenSignedOut(() => this.leave());
    try {
      if (await changes.renew()) await this.arrive();
      else this.me = null;
    } catch (problem) {
      this.error = problem as Error;
    }
  };

  arrive = async () => {
    const [me, projects] = await Promise.all([
      read<Me>(questions.me().url),
      read<ProjectItem[]>(questions.projects().url),
    ]);
    this.projects = projects.data;
    this.me = me.data;
  };

  reloadProjects = async () => {
    changes.forget();
    this.projects = (await read<ProjectItem[]>(questions.projects().url)).data;
  };

  leave = () => {
    this.me = null;
    this.projects = null;
  };

  project(idOrSlug: string): ProjectItem | undefined {
    return this.projects?.find((each) => each.id === idOrSlug || each.slug === idOrSlug);
  }
}

export const who = new Who();

export function lastProject(): string | null {
  try {
    return localStorage.getItem(LAST);
  } catch {
    return null;
  }
}

export function rememberProject(project: string): void {
  try {
    localStorage.setItem(LAST, project);
  } catch {
    // storage is switched off: the first project will do
  }
}
