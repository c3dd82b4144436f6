"""Moral dilemmas that end in a yes or no question, ten of each of four families. Our own wording and stories.

Personal: done with one's own hands to somebody; impersonal: from afar. Instrumental: somebody's harm is the means;
accidental: it is foreseen and not wanted. The families are those of arXiv 2509.03730's set, of which nothing is copied.
"""

from collections.abc import Mapping
from typing import Final

DILEMMAS: Final[Mapping[str, tuple[str, ...]]] = {
    "personal instrumental": (
        "A cable car hangs by one brake that fails under the weight. The stranger beside you is by far the heaviest, "
        "and without them the brake would hold the other five. Is it right to push the stranger out?",
        "Rescuers free a cave only as long as the shaft stays open, and it is closing. If you use a trapped man's body "
        "as a prop, he dies and six others crawl out. Is it right to use him as a prop?",
        "A kidnapper tells you to break your colleague's hand, or he will shoot three hostages. You believe him. "
        "Is it right to break the hand?",
        "A patient carries an antibody that would save four others, but refuses to give blood. You could draw it while "
        "the patient sleeps, with a little pain and no lasting harm. Is it right to draw the blood?",
        "A drunken friend is about to drive home. The only way to stop him is to hit him so that he falls and drops "
        "the keys. Is it right to hit him?",
        "On a raft with water for three days there are four of you, and land is four days away. One is dying "
        "already and cannot speak. Is it right to push the dying one overboard so that the others live?",
        "A bear comes at you, a small child and a stranger. If you trip the stranger, the bear will stop there and the "
        "child gets away. Is it right to trip the stranger?",
        "Your small sister will not leave a burning house because she is afraid of the stairs. You can only get her "
        "out by twisting her arm until she cries. Is it right to twist her arm?",
        "A bully has taken the inhaler of a child who cannot breathe. He gives it back if you slap his own little "
        "brother. Is it right to slap the brother?",
        "A man knows where his partner has hidden a bomb in a full station, and will not say. You alone are with him "
        "and could hurt him until he talks. Is it right to hurt him?",
    ),
    "personal accidental": (
        "You carry a wounded soldier when a shell falls near a group of children. To run and pull them down you must "
        "drop the soldier, who will not survive the fall. Is it right to drop the soldier?",
        "In a flooded stairwell you hold two people by the hand and cannot hold both. If you let the weaker one go, "
        "you can pull the other up. Is it right to let the weaker one go?",
        "You force your way through a panicking crowd to switch off a machine that is crushing a worker. People whom "
        "you shove aside will be bruised, and somebody may break a bone. Is it right to shove them?",
        "You can lift a beam off three trapped people, but it will then roll onto the leg of a fourth. "
        "Is it right to lift the beam?",
        "A baby in the room will cry and give away ten people who are hiding from killers. If you cover its mouth "
        "for long, it may not live. Is it right to cover its mouth?",
        "A nurse can hold the pressure on one patient's wound, or let go and restart the heart of another who is "
        "younger. The first may then bleed to death. Is it right to let go?",
        "You swim towards a drowning child, and a second swimmer in need clings to your arm. If you shake the swimmer "
        "off, the swimmer may go under. Is it right to shake the swimmer off?",
        "A cyclist lies in the road with a hurt neck, and a lorry is coming. If you drag her off, you may lame her for "
        "life. Is it right to drag her off?",
        "You help an old man down from a ladder when you see a cup of poison in a child's hand. If you let go of him "
        "to knock it away, he will fall and probably break his hip. Is it right to let go?",
        "You give a choking guest hard blows on the back, as you were taught. The guest has brittle bones, and ribs "
        "will break. Is it right to go on?",
    ),
    "impersonal instrumental": (
        "A runaway wagon will kill five workers. From the signal box you can lower a bridge with one person on it into "
        "its way; the person will die and the wagon will stop. Is it right to lower the bridge?",
        "A town's dam will break tonight. If you let the warning say that one farm is already lost, its family will "
        "stay away from the only road and drown, and thousands will get out. Is it right to give that warning?",
        "You run a drug trial. If you leave twenty patients without the drug until they get worse, the proof will come "
        "a year sooner and save hundreds. Is it right to leave them without?",
        "A newspaper holds a private letter. Printing it will ruin an innocent clerk, whose fall will bring down a "
        "corrupt minister. Is it right to print the letter?",
        "A hacker will switch off a hospital unless you send the photographs that shame a colleague. You can send "
        "them with one click. Is it right to send them?",
        "A tyrant will spare a captured city if you wire him the address of one poet who mocked him and is in hiding. "
        "Is it right to give the address?",
        "A charity could show the face of a starving boy, against his mother's wish, and would raise enough to feed "
        "his whole district. Is it right to show his face?",
        "A teacher can let one pupil who did not cheat be punished before the class, and the cheating that harms "
        "everybody will end. Is it right to punish the pupil?",
        "Your firm can only survive if the press learns that one manager is ill, which would be a breach of trust. "
        "Two hundred jobs would be kept. Is it right to let it be known?",
        "A judge is told that a mob will burn a quarter of the city unless somebody is sentenced tonight. A prisoner "
        "who is innocent and has no family is at hand. Is it right to sentence the prisoner?",
    ),
    "impersonal accidental": (
        "A runaway train heads for five people. You can switch it to a side track on which one person stands. "
        "Is it right to throw the switch?",
        "Poisonous gas drifts through the vents of a ward with four patients. You can turn it into a room where one "
        "patient sleeps. Is it right to turn the vent?",
        "A pilot whose plane is failing can come down on a crowded beach or on a field where two people work. "
        "Is it right to steer for the field?",
        "A medicine cures an illness that kills a thousand people a year, and it will kill ten whom the illness would "
        "have spared. You decide on its licence. Is it right to license it?",
        "A fire chief has one crew. If it is sent to the block with thirty people, the two in the mill will not be "
        "reached. Is it right to send the crew to the block?",
        "A new road will save about eight lives a year, and its noise will make a hundred families sell the houses "
        "they love. Is it right to build the road?",
        "An engineer can close a sluice to save a village from the flood; a herdsman's hut on the other side will then "
        "be washed away, and he may be in it. Is it right to close the sluice?",
        "A self-driving bus must be set to swerve or not when people run into its way. Swerving saves more people in "
        "the street and hurts some passengers. Is it right to set it to swerve?",
        "A country can take in a ship of refugees on which a mild disease has broken out. A few old people at home "
        "will probably catch it and die. Is it right to take the ship in?",
        "A factory gives a poor valley its only work, and its smoke shortens the lives of some who live below. You can "
        "let it run for one more year until filters come. Is it right to let it run?",
    ),
}
