/** Where an administrator sets things up. */
export default function Workbench() {
  return <div className="page" />
}
