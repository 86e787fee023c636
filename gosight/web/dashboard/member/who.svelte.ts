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
  /** gosight serve --dev lets callers of this machine in without signing in */
  dev = $state(false);

  start = async () => {
    this.error = null;
    whenSignedOut(() => this.leave());
    try {
      const login = await changes.renew();
      if (login) return await this.arrive(login.user);
      this.dev = (await read<{ dev: boolean }>(questions.setup().url)).data.dev;
      if (this.dev) await this.arrive((await read<Me>(questions.me().url)).data);
      else this.me = null;
    } catch (problem) {
      this.error = problem as Error;
    }
  };

  /** The page need not wait for the list of projects: it asks for its own beside it. */
  arrive = async (me: Me) => {
    this.me = me;
    this.projects = (await read<ProjectItem[]>(questions.projects().url)).data;
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
