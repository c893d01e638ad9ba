/** The account of the demo, and the token it takes. */
export const demoUser = "demo@example.com";
export const demoToken = "demo-token";

const google = "application/vnd.google-apps";

/** What lies in the demo's Drive. Google's own documents hold the form they are exported in. */
export const demoFiles = [
  { id: "demo_folder_project", name: "Lamp project", mime_type: `${google}.folder` },
  {
    id: "demo_plan",
    name: "Project plan",
    mime_type: `${google}.document`,
    parent_ids: ["demo_folder_project"],
    data: "# Project plan\n\nWe build a reading lamp by **May**. Ada draws it, Grace builds the first ten.\n\n- March: drawings\n- April: ten lamps for testers\n- May: the shop\n",
  },
  {
    id: "demo_minutes",
    name: "Minutes of 12 March",
    mime_type: `${google}.document`,
    parent_ids: ["demo_folder_project"],
    data: "# Minutes of 12 March\n\nPresent: Ada, Grace.\n\nThe shade will be of glass, not of paper. The shop moves to **June**.\n",
  },
  {
    id: "demo_budget",
    name: "Budget",
    mime_type: `${google}.spreadsheet`,
    parent_ids: ["demo_folder_project"],
    data: "Item,Planned,Spent\nGlass,1200,1350\nWood,400,380\nWork,5000,2100\n",
  },
  {
    id: "demo_readme",
    name: "Read me first.md",
    mime_type: "text/markdown",
    data: "# Welcome\n\nThis is a Drive of the demo's own. Ask when the shop opens: two files disagree.\n",
  },
];
