// SPDX-License-Identifier: AGPL-3.0-or-later
pragma solidity 0.8.37;

/// Tells the chain, once and for all, what the log of a circuit was at some size.
///
/// It stores nothing, owns nothing, can be stopped by nobody and lets anybody write:
/// whose events count is agreed inside each circuit (contract and sender, pinned by a
/// decision), so one deployed contract may serve many circuits.
contract UrdimbreAnchor {
    /// The log of the circuit `genesis` had `root` over its first `size` entries.
    event Anchor(
        bytes32 indexed genesis,
        address indexed sender,
        uint64 indexed size,
        bytes32 root
    );

    /// Anchors a checkpoint in the caller's name.
    function anchor(bytes32 genesis, uint64 size, bytes32 root) external {
        emit Anchor(genesis, msg.sender, size, root);
    }
}
