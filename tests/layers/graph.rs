//! Circles of a graph: its strongly connected components of more than one node.

/// The circles among the nodes `0..edges.len()`, each sorted; `edges[node]` are the nodes that a node leads to.
pub fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let reached: Vec<Vec<bool>> = (0..edges.len()).map(|node| reach(edges, node)).collect();
    let mut seen = vec![false; edges.len()];
    let mut found = Vec::new();
    for node in 0..edges.len() {
        if seen[node] || !reached[node][node] {
            continue;
        }
        let circle: Vec<usize> =
            (0..edges.len()).filter(|other| reached[node][*other] && reached[*other][node]).collect();
        for member in &circle {
            seen[*member] = true;
        }
        if circle.len() > 1 {
            found.push(circle);
        }
    }
    found
}

/// What can be reached from a node by at least one edge.
fn reach(edges: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut queue = edges[from].clone();
    while let Some(node) = queue.pop() {
        if !std::mem::replace(&mut reached[node], true) {
            queue.extend(&edges[node]);
        }
    }
    reached
}

#[test]
fn circles_are_found() {
    let edges = [vec![1], vec![2], vec![1, 3], vec![], vec![4]];
    assert_eq!(circles(&edges), [vec![1, 2]]);
}
