/** Settings of a repository that name programs. TRAP is a script, HOOKS a directory of such, URL a server. */
export interface Hostile {
  readonly keys: readonly (readonly [key: string, value: string])[];
  /** Files next to them, by their path in the repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the owner's own git does to run the trap, which shows that it works. */
  readonly byHand: readonly (readonly string[])[];
  /** The tool that says no, and the words it names the reason with. */
  readonly refused?: Readonly<Record<string, string>>;
}

const evil = { ".git/info/attributes": "* filter=evil diff=evil merge=evil\n" };

const driven = { ".git/info/attributes": "* diff=evil\n" };

/** Every key of the design, with others of the kind; what stands together is planted together. */
export const hostile: Readonly<Record<string, Readonly<Record<string, Hostile>>>> = {
  "programs that an override makes harmless": {
    "core.fsmonitor": { keys: [["core.fsmonitor", "TRAP"]], byHand: [["status"]] },
    "core.hooksPath": {
      keys: [["core.hooksPath", "HOOKS"]],
      byHand: [["commit", "-q", "--allow-empty", "-m", "x"]],
    },
    "diff.external": { keys: [["diff.external", "TRAP"]], byHand: [["diff"]] },
    "diff.*.command": { keys: [["diff.evil.command", "TRAP"]], files: driven, byHand: [["diff"]] },
    "diff.*.textconv": {
      keys: [["diff.evil.textconv", "TRAP"]],
      files: driven,
      byHand: [["diff"]],
    },
    "core.editor and sequence.editor": {
      keys: [
        ["core.editor", "TRAP"],
        ["sequence.editor", "TRAP"],
      ],
      byHand: [["commit", "-q", "--amend"]],
    },
    "core.pager and pager.*": {
      keys: [
        ["core.pager", "TRAP"],
        ["pager.log", "TRAP"],
        ["pager.status", "TRAP"],
      ],
      byHand: [["-c", "alias.trap=!$(git var GIT_PAGER)", "trap"]],
    },
    "gpg.program": {
      keys: [
        ["gpg.program", "TRAP"],
        ["commit.gpgSign", "true"],
        ["tag.gpgSign", "true"],
        ["push.gpgSign", "true"],
        ["log.showSignature", "true"],
        ["merge.verifySignatures", "true"],
      ],
      byHand: [["commit", "-q", "--allow-empty", "-m", "x"]],
    },
    "remote.*.uploadpack": { keys: [["remote.origin.uploadpack", "TRAP"]], byHand: [["fetch"]] },
    "remote.*.receivepack": {
      keys: [["remote.origin.receivepack", "TRAP"]],
      byHand: [["push", "origin", "main:x"]],
    },
    "core.alternateRefsCommand": {
      keys: [["core.alternateRefsCommand", "TRAP"]],
      files: { ".git/objects/info/alternates": "../../../origin.git/objects\n" },
      byHand: [["fetch"]],
    },
    "alias.*": {
      keys: [
        ["alias.status", "!TRAP"],
        ["alias.log", "!TRAP"],
        ["alias.merge-recursive", "!TRAP"],
        ["alias.trap", "!TRAP"],
      ],
      byHand: [["trap"]],
    },
    "trailer.*.command": {
      keys: [
        ["trailer.evil.command", "TRAP"],
        ["trailer.sign.cmd", "TRAP"],
      ],
      byHand: [["interpret-trailers", "--trailer", "evil: x", "a.txt"]],
    },
    "uploadpack.packObjectsHook, which git itself takes from no repository": {
      keys: [["uploadpack.packObjectsHook", "TRAP"]],
      byHand: [["-c", "alias.trap=!TRAP", "trap"]],
    },
    "submodule.*.update": {
      keys: [
        ["submodule.sub.update", "!TRAP"],
        ["submodule.sub.url", "../origin.git"],
        ["submodule.recurse", "true"],
      ],
      files: { ".gitmodules": '[submodule "sub"]\n\tpath = sub\n\turl = ../origin.git\n' },
      byHand: [["-c", "alias.trap=!TRAP", "trap"]],
    },
    "hook.*.command, which git runs since 2.54": {
      keys: [
        ["hook.evil.command", "TRAP"],
        ["hook.evil.event", "pre-commit"],
        ["hook.evil.enabled", "true"],
        ["hook.more.command", "TRAP"],
        ["hook.more.event", "post-index-change"],
      ],
      byHand: [["-c", "alias.trap=!TRAP", "trap"]],
    },
    "programs of commands that no tool runs": {
      keys: [
        ["interactive.diffFilter", "TRAP"],
        ["difftool.evil.cmd", "TRAP"],
        ["mergetool.evil.cmd", "TRAP"],
        ["merge.tool", "evil"],
        ["browser.evil.cmd", "TRAP"],
        ["man.evil.cmd", "TRAP"],
        ["sendemail.smtpServer", "TRAP"],
        ["rebase.backend", "apply"],
        ["branch.main.mergeOptions", "--strategy=evil"],
        ["ssh.variant", "plink"],
      ],
      byHand: [["-c", "alias.trap=!TRAP", "trap"]],
    },
  },
  "another signer, and a remote over ssh": {
    "gpg.*.program": {
      keys: [
        ["gpg.format", "ssh"],
        ["gpg.ssh.program", "TRAP"],
        ["gpg.ssh.defaultKeyCommand", "TRAP"],
        ["gpg.x509.program", "TRAP"],
        ["commit.gpgSign", "true"],
        ["tag.forceSignAnnotated", "true"],
      ],
      byHand: [["commit", "-q", "--allow-empty", "-m", "x"]],
    },
    "core.sshCommand": {
      keys: [
        ["core.sshCommand", "TRAP"],
        ["remote.origin.url", "ssh://127.0.0.1/x"],
      ],
      byHand: [["fetch"]],
    },
  },
  filters: {
    "filter.*.clean": {
      keys: [
        ["filter.evil.clean", "TRAP"],
        ["filter.evil.required", "true"],
      ],
      files: evil,
      byHand: [["add", "."]],
      refused: { git_add: "filter.evil.clean", git_stash: "filter.evil.clean" },
    },
    "filter.*.smudge": {
      keys: [["filter.evil.smudge", "TRAP"]],
      files: evil,
      byHand: [["switch", "-q", "-f", "other"]],
      refused: { git_checkout: "filter.evil.smudge", git_worktree: "filter.evil.smudge" },
    },
    "filter.*.process": {
      keys: [["filter.evil.process", "TRAP"]],
      files: evil,
      byHand: [["add", "."]],
      refused: { git_add: "filter.evil.clean" },
    },
  },
  "filters with odd names": {
    "a filter named a=b, and one without a name": {
      keys: [
        ["filter.a=b.clean", "TRAP"],
        ["filter.a=b.smudge", "TRAP"],
        ["filter..clean", "TRAP"],
      ],
      files: { ".git/info/attributes": "*.txt filter=a=b\n*.bin filter=\n" },
      byHand: [["add", "."]],
      refused: { git_add: "filter.a=b.clean" },
    },
  },
  "filters in other files": {
    "include.path": {
      keys: [["include.path", "more"]],
      files: { ".git/more": '[core]\n\tfsmonitor = TRAP\n[filter "more"]\n\tclean = TRAP\n' },
      byHand: [["status"]],
    },
    "the config of a worktree": {
      keys: [["extensions.worktreeConfig", "true"]],
      files: {
        ...evil,
        ".git/config.worktree": '[core]\n\tfsmonitor = TRAP\n[filter "evil"]\n\tclean = TRAP\n',
      },
      byHand: [["status"]],
      refused: { git_add: "filter.evil.clean" },
    },
  },
  "a condition": {
    "includeIf.*.path": {
      keys: [["includeIf.onbranch:linked.path", "more"]],
      files: { ...evil, ".git/more": '[filter "evil"]\n\tsmudge = TRAP\n\tclean = TRAP\n' },
      byHand: [["worktree", "add", "../linked", "-b", "linked"]],
      refused: { git_worktree: "includeif.onbranch:linked.path" },
    },
  },
  "merge drivers": {
    "merge.*.driver": {
      keys: [["merge.evil.driver", "TRAP"]],
      files: { ".git/info/attributes": "* merge=evil\n" },
      byHand: [
        ["checkout", "-q", "-f", "."],
        ["merge", "-q", "other"],
      ],
      refused: { git_merge: "merge.evil.driver" },
    },
    "merge.default": {
      keys: [
        ["merge.default", "evil"],
        ["merge.evil.driver", "TRAP"],
      ],
      byHand: [
        ["checkout", "-q", "-f", "."],
        ["merge", "-q", "other"],
      ],
      refused: { git_merge: "merge.evil.driver" },
    },
  },
  "a remote that asks for a password": {
    "core.askPass": {
      keys: [
        ["core.askPass", "TRAP"],
        ["remote.origin.url", "URL/x"],
      ],
      byHand: [["fetch"]],
    },
    "credential.helper": {
      keys: [
        ["credential.helper", "!TRAP"],
        ["credential.URL.helper", "!TRAP"],
        ["remote.origin.url", "URL/x"],
      ],
      byHand: [["fetch"]],
    },
  },
  "a remote over git:": {
    "core.gitProxy": {
      keys: [
        ["core.gitProxy", "TRAP"],
        ["remote.origin.url", "git://127.0.0.1/x"],
      ],
      byHand: [["fetch"]],
      refused: { git_fetch: "git are not permitted" },
    },
  },
  "a remote with a program of its own": {
    "remote.*.vcs": {
      keys: [
        ["remote.origin.vcs", "evil"],
        ["alias.remote-evil", "!TRAP"],
      ],
      byHand: [["fetch"]],
      refused: { git_fetch: "remote.origin.vcs" },
    },
  },
  "a remote elsewhere": {
    "url.*.insteadOf": {
      keys: [
        ["url.ext::TRAP .insteadOf", "../"],
        ["protocol.ext.allow", "always"],
      ],
      byHand: [["fetch"]],
      refused: { git_fetch: "not the URL of a repository" },
    },
  },
  "a remote that is a program": {
    "a remote that is a program": {
      keys: [
        ["remote.origin.url", "ext::TRAP"],
        ["protocol.ext.allow", "always"],
      ],
      byHand: [["fetch"]],
      refused: { git_fetch: "not the URL of a repository" },
    },
  },
  "a remote for what is missing": {
    "a promisor remote that is a program": {
      keys: [
        ["extensions.partialClone", "origin"],
        ["remote.origin.promisor", "true"],
        ["remote.origin.url", "ext::TRAP"],
        ["protocol.ext.allow", "always"],
      ],
      byHand: [["cat-file", "-p", "0123456789012345678901234567890123456789"]],
    },
  },
};

/** Settings that would decide where a remote's traffic goes, or what is sent or written there. */
export const network: readonly string[] = [
  "http.proxy",
  "http.https://example.org/.proxy",
  "http.proxySSLKey",
  "http.sslVerify",
  "http.sslCAInfo",
  "http.sslCert",
  "http.sslKey",
  "http.cookieFile",
  "http.saveCookies",
  "http.extraHeader",
  "http.https://example.org/.extraHeader",
  "http.curloptResolve",
  "http.followRedirects",
  "http.delegation",
  "remote.origin.proxy",
  "remote.origin.vcs",
  "fetch.fsck.skipList",
  "fetch.bundleURI",
];
