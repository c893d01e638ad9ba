/** Someone who can sign in to the authorization server. */
export interface Person {
  readonly name: string;
  readonly password: string;
}

export const ada: Person = { name: "ada", password: "lovelace" };
export const grace: Person = { name: "grace", password: "hopper" };
