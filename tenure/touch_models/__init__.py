"""How each account is served: touch models by rules that do not flap, changes made gently, and members' books."""
